import { ColumnSet } from '../compile/columns.js';
import { OperandCompiler } from '../compile/operand.js';
import { type LoadError, LoadFailure, type LoadWarning } from '../diagnostic.js';
import type { EventOrigin } from '../event-origin.js';
import { FieldCatalogue } from '../fields/catalogue.js';
import { parseFieldOrTransformer } from '../language/operand-parser.js';
import { Scanner } from '../language/scanner.js';
import type { LocatedText } from '../text/located-text.js';
import { SourceText } from '../text/source-text.js';
import { Collection } from './collection.js';
import { type CompiledRules, compileRules, type OutputExtras } from './compile-rules.js';
import { type ReadTarget, readItem } from './read-items.js';
import { DEFAULT_SOURCE } from './read-rule.js';
import { checkPlugin } from './versions.js';
import { readYamlItems } from './yaml-file.js';

/** A rules file: the name that messages call it by, and its text. */
export interface RulesFile {
  readonly name: string;
  readonly text: string;
}

export interface LoadedRules {
  /** Undefined when there are errors. */
  readonly compiled: CompiledRules | undefined;
  readonly errors: readonly LoadError[];
  readonly warnings: readonly LoadWarning[];
}

/**
 * Loads rules files in order. As in Falco, a file can change what earlier files defined but not use what later ones
 * define, and the first file with errors ends the load.
 */
export function loadRulesFiles(files: readonly RulesFile[], origin: EventOrigin, extras: OutputExtras): LoadedRules {
  const { eventSource } = origin.info;
  const catalogue = new FieldCatalogue(origin.fields);
  const isField = (text: LocatedText) => isFieldText(text, catalogue);
  const collection = new Collection((name) => (name === eventSource ? isField : undefined));
  const warnings: LoadWarning[] = [];
  const target: ReadTarget = {
    collection,
    requirements: [],
    isKnownSource: (name) => name === eventSource || name === DEFAULT_SOURCE,
    warn: (code, message, place) => warnings.push({ code, message, place }),
  };
  let compiled = compileRules(collection, eventSource, catalogue, extras);
  for (const file of files) {
    // A byte order mark is no content.
    const source = new SourceText(file.name, file.text.replace(/^\ufeff/, ''));
    const errors = readFile(source, target, origin);
    if (errors.length === 0) {
      compiled = compileRules(collection, eventSource, catalogue, extras);
      errors.push(...compiled.errors);
    }
    if (errors.length > 0) return { compiled: undefined, errors, warnings };
  }
  return { compiled, errors: [], warnings: [...warnings, ...compiled.warnings] };
}

/** Reads a file's items. A requirement that is not met comes first, as it may be the reason for what follows. */
function readFile(source: SourceText, target: ReadTarget, origin: EventOrigin): LoadError[] {
  const errors: LoadError[] = [];
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof LoadFailure)) throw error;
      errors.push(error.diagnostic);
    }
  };
  const known = target.requirements.length;
  attempt(() => {
    for (const item of readYamlItems(source)) attempt(() => readItem(item, target));
  });
  const itemErrors = errors.splice(0);
  for (const requirement of target.requirements.slice(known)) attempt(() => checkPlugin(requirement, origin.info));
  return [...errors, ...itemErrors];
}

/** Whether a text is a field, or transformers around one, and nothing else. */
function isFieldText(text: LocatedText, catalogue: FieldCatalogue): boolean {
  try {
    const scanner = new Scanner(text);
    const operand = parseFieldOrTransformer(scanner);
    if (!operand || !scanner.atEnd) return false;
    new OperandCompiler(catalogue, new ColumnSet()).compile(operand);
    return true;
  } catch {
    return false;
  }
}
