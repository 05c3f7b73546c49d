import type { EventOrigin } from '../rules/event-origin.js';
import type { FieldInfo } from '../rules/field-info.js';
import { type Check, comparedOperands, type FieldOperand } from '../rules/language/ast.js';
import { fieldsOf } from '../rules/output/format-parser.js';
import type { Constraint } from './logic/formula.js';

/** What a comparison goes by: what a label can forge, what kind of event it is and when, or something of substance. */
export type Basis = 'forgeable' | 'kind' | 'substance';

/** Fields that say what kind of event it is; those of Falco itself, `evt.`, say no more either. */
const KIND = new Set(['type', 'action', 'action.verb', 'status', 'scope', 'time'].map((name) => `docker.${name}`));

/** Whether a plugin says of its field that a label of a container can stand in for what the daemon says. */
export function isForgeable({ desc }: FieldInfo): boolean {
  return desc.endsWith('A label can forge it.');
}

/** Tells what comparisons go by, from what the fields' plugin says of them. */
export class FieldTrust {
  private readonly forgeable: ReadonlySet<string>;

  constructor({ fields }: EventOrigin) {
    this.forgeable = new Set(fields.filter(isForgeable).map(({ name }) => name));
  }

  basisOf({ comparison: { check } }: Constraint): Basis {
    if (this.forgeableIn(check)) return 'forgeable';
    return fieldsIn(check).every(({ name }) => KIND.has(name) || name.startsWith('evt.')) ? 'kind' : 'substance';
  }

  /** The first field of a comparison that a label can forge. */
  forgeableIn(check: Check): FieldOperand | undefined {
    return fieldsIn(check).find(({ name }) => this.forgeable.has(name));
  }
}

function fieldsIn(check: Check): FieldOperand[] {
  return comparedOperands(check).flatMap(fieldsOf);
}
