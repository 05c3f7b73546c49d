import type { ByteString } from '../event-batch.js';
import type { FieldInfo } from '../field-info.js';
import { didYouMean } from '../nearest-name.js';
import { EVENT_FIELDS, type EventField } from './event-fields.js';

/** A field as a condition or an output uses it. */
export interface FieldUse {
  readonly info: FieldInfo;
  readonly arg?: ByteString;
  /** Set for the generic `evt.` fields, which no plugin extracts. */
  readonly eventField?: EventField;
}

/** Why a field cannot be used. `unknown` is what `skip-if-unknown-filter` forgives. */
export interface FieldProblem {
  readonly unknown: boolean;
  readonly message: string;
}

/** The fields that rules of a source can use: the plugin's own, and those that every event has. */
export class FieldCatalogue {
  private readonly fields = new Map<string, FieldInfo>();
  private readonly eventFields = new Map(EVENT_FIELDS.map((field) => [field.name, field]));

  /** @param fields as the plugin's `get_fields` declares them */
  constructor(fields: readonly FieldInfo[]) {
    for (const field of fields) this.fields.set(field.name, field);
  }

  /** Whether the plugin (and not every source) has a field of that name. */
  hasPluginField(name: string): boolean {
    return this.fields.has(name);
  }

  /** Whether {@link resolve} finds the field: the same without words. */
  has(name: string, arg?: ByteString): boolean {
    return (this.fields.has(name) || this.eventFields.has(name)) && !isProblem(this.resolve(name, arg));
  }

  /** Looks a field up with its argument, by the checks of Falco's library (`plugin_filtercheck.cpp`). */
  resolve(name: string, arg?: ByteString): FieldUse | FieldProblem {
    const eventField = this.eventFields.get(name);
    if (eventField && arg === undefined) return { info: eventField, eventField };
    const info = this.fields.get(name);
    if (!info) return eventField ? takesNoArgument(name, true) : this.unknown(name);
    if (arg === undefined) {
      if (info.arg?.isRequired)
        return { unknown: false, message: `the field ${name} needs an argument: ${name}[NAME]` };
      return { info };
    }
    if (!info.arg?.isKey && !info.arg?.isIndex) return takesNoArgument(name, false);
    return argumentProblem(info, arg) ?? { info, arg };
  }

  private unknown(name: string): FieldProblem {
    const names = [...this.fields.keys(), ...this.eventFields.keys()];
    const keyed = names.find((known) => this.fields.get(known)?.arg?.isRequired && name.startsWith(`${known}.`));
    if (keyed) {
      const key = name.slice(keyed.length + 1);
      return {
        unknown: false,
        message: `unknown field ${name}; the argument of ${keyed} stands in brackets: ${keyed}[${key}]`,
      };
    }
    return { unknown: true, message: `unknown field ${name}${didYouMean(name, names)}` };
  }
}

export function isProblem(found: FieldUse | FieldProblem): found is FieldProblem {
  return 'message' in found;
}

function takesNoArgument(name: string, unknown: boolean): FieldProblem {
  return { unknown, message: `the field ${name} takes no argument` };
}

/** Falco cuts an argument at the first blank or bracket, even in quotes, and then finds it incomplete. */
function argumentProblem({ name, arg: kind }: FieldInfo, arg: ByteString): FieldProblem | undefined {
  const bad = /[ \]]/.exec(arg)?.[0];
  if (bad !== undefined) {
    return { unknown: false, message: `the argument of ${name} cannot have '${bad}' in it: Falco ends it there` };
  }
  if (kind?.isIndex && !kind.isKey && !isIndex(arg)) {
    return { unknown: false, message: `the argument of ${name} must be an index: a number of 64 bits such as 0` };
  }
  return undefined;
}

/** Digits without a leading zero, of 64 bits. */
function isIndex(arg: ByteString): boolean {
  return /^(0|[1-9]\d*)$/.test(arg) && BigInt(arg) < 2n ** 64n;
}
