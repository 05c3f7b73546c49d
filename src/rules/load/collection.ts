import { toBytes } from '../bytes.js';
import { fail } from '../diagnostic.js';
import { LocatedText } from '../text/located-text.js';
import type {
  Definition,
  ExceptionDefinition,
  ListDefinition,
  MacroDefinition,
  RuleDefinition,
  RuleParts,
  RuleUpdate,
} from './definitions.js';
import { checkException, type IsField } from './exceptions.js';

/**
 * A definition with the order in which Falco sees it: `index` is where the name was first defined, `visibility` where it
 * was last touched. A macro sees those macros, and a list those lists, whose index is below its own visibility.
 */
export interface Collected<T> {
  definition: T;
  readonly index: number;
  visibility: number;
}

/** The definitions of all rules files read so far. Names keep the position of their first definition. */
export class Collection {
  readonly lists = new Map<string, Collected<ListDefinition>>();
  readonly macros = new Map<string, Collected<MacroDefinition>>();
  readonly rules = new Map<string, Collected<RuleDefinition>>();
  private count = 0;

  /** @param isField for a source that is known, what tells its fields */
  constructor(private readonly isField: (source: string) => IsField | undefined) {}

  defineList(definition: ListDefinition): void {
    this.define(this.lists, definition);
  }

  appendList(definition: ListDefinition): void {
    const previous = this.previous(this.lists, definition, 'list');
    previous.definition = { ...previous.definition, items: [...previous.definition.items, ...definition.items] };
    this.touch(previous);
  }

  defineMacro(definition: MacroDefinition): void {
    this.define(this.macros, definition);
  }

  appendMacro(definition: MacroDefinition): void {
    const previous = this.previous(this.macros, definition, 'macro');
    const condition = join(previous.definition.condition, definition.condition);
    previous.definition = { ...previous.definition, condition };
    this.touch(previous);
  }

  defineRule(definition: RuleDefinition): void {
    this.checkSource(definition);
    for (const exception of definition.exceptions) checkException(exception, this.isField(definition.source));
    this.define(this.rules, definition);
  }

  appendRule(update: RuleUpdate): void {
    this.checkSource(update);
    const previous = this.previous(this.rules, update, 'rule');
    const old = previous.definition;
    const { condition, output, desc, tags, exceptions } = update.parts;
    previous.definition = {
      ...old,
      condition: condition ? join(old.condition, condition) : old.condition,
      output: output ? join(old.output, output) : old.output,
      desc: desc ? join(old.desc, desc) : old.desc,
      tags: tags ? sortedTags([...old.tags, ...tags]) : old.tags,
      exceptions: exceptions ? this.appendExceptions(old, exceptions) : old.exceptions,
    };
    this.touch(previous);
  }

  replaceInRule(update: RuleUpdate): void {
    this.checkSource(update);
    const previous = this.previous(this.rules, update, 'rule');
    for (const exception of update.parts.exceptions ?? []) {
      checkException(exception, this.isField(previous.definition.source));
    }
    previous.definition = { ...previous.definition, ...update.parts };
    this.touch(previous);
  }

  enableRule(update: RuleUpdate): void {
    const previous = this.previous(this.rules, update, 'rule');
    previous.definition = { ...previous.definition, ...update.parts };
  }

  private appendExceptions(rule: RuleDefinition, added: RuleParts['exceptions']): ExceptionDefinition[] {
    const all = [...rule.exceptions];
    for (const exception of added) {
      const at = all.findIndex((known) => known.name === exception.name);
      const known = all[at];
      if (known) {
        if (exception.fields !== undefined || exception.comps !== undefined) {
          invalid(`the exception '${exception.name}' exists already: only 'values' can be added to it`, exception);
        }
        all[at] = { ...known, values: [...known.values, ...exception.values] };
        continue;
      }
      if (exception.values.length === 0) invalid(`the new exception '${exception.name}' needs 'values'`, exception);
      checkException(exception, this.isField(rule.source));
      all.push(exception);
    }
    return all;
  }

  private define<T extends Definition>(known: Map<string, Collected<T>>, definition: T): void {
    const visibility = this.count++;
    const previous = known.get(definition.name);
    known.set(definition.name, { definition, index: previous?.index ?? visibility, visibility });
  }

  private previous<T>(known: Map<string, Collected<T>>, definition: Definition, kind: string): Collected<T> {
    const previous = known.get(definition.name);
    if (!previous) invalid(`there is no earlier ${kind} '${definition.name}' that this could change`, definition);
    return previous;
  }

  private checkSource(rule: Definition & { readonly source: string }): void {
    const source = this.rules.get(rule.name)?.definition.source;
    if (source !== undefined && rule.source !== '' && source !== rule.source) {
      invalid(`the rule '${rule.name}' was defined with the source ${source}, here it has ${rule.source}`, rule);
    }
  }

  private touch(collected: Collected<unknown>): void {
    collected.visibility = this.count++;
  }
}

/** Tags as alerts show them: each once, in the order of their bytes. */
export function sortedTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].sort((a, b) => (toBytes(a) < toBytes(b) ? -1 : 1));
}

/** Falco puts a blank between the old text and what is added. */
function join(old: LocatedText, added: LocatedText): LocatedText {
  return LocatedText.concat([old, LocatedText.generated(' ', added.place(0)), added]);
}

function invalid(message: string, { place }: Definition): never {
  fail('LOAD_ERR_VALIDATE', message, place);
}
