import { type AppendOutput, appliesTo } from '../append-output.js';
import { toBytes } from '../bytes.js';
import { ColumnSet } from '../compile/columns.js';
import type { Filter } from '../compile/filter.js';
import { FilterCompiler } from '../compile/filter-compiler.js';
import { CompileFailure } from '../compile/operand.js';
import { fail, type LoadError, type LoadErrorCode, LoadFailure, type LoadWarning } from '../diagnostic.js';
import type { ByteString } from '../event-batch.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import type { Expression } from '../language/ast.js';
import { parseCondition } from '../language/parser.js';
import { SyntaxFailure } from '../language/scanner.js';
import { OutputFormat } from '../output/output-format.js';
import { LocatedText } from '../text/located-text.js';
import { type Place, SourceText } from '../text/source-text.js';
import type { Collection } from './collection.js';
import type { RuleDefinition } from './definitions.js';
import { warnDeprecatedFields, withoutContainerInfo } from './deprecated-output.js';
import { withExceptions } from './exceptions.js';
import { foreignRuleProblem } from './foreign-rules.js';
import { type ResolvedList, resolveLists, substituteLists } from './lists.js';
import { MacroResolver } from './macros.js';
import { unsafeCheck } from './unsafe-checks.js';

/** A rule ready to be evaluated. */
export interface CompiledRule {
  readonly definition: RuleDefinition;
  /** The condition with its exceptions, lists and macros. */
  readonly expression: Expression;
  readonly filter: Filter;
  readonly output: OutputFormat;
  /** What `append_output` adds to the fields of JSON alerts: texts, and fields as they are. */
  readonly extraTexts: ReadonlyMap<ByteString, OutputFormat>;
  readonly extraFields: readonly OutputFormat[];
  /** Fields for who looks at alerts more closely than their outputs do. */
  readonly details: readonly OutputFormat[];
}

/** What outputs are compiled with besides the rules themselves. */
export interface OutputExtras {
  readonly appended: readonly AppendOutput[];
  /** Fields to have with alerts though no output shows them, by rule. */
  readonly details: ReadonlyMap<string, readonly string[]>;
}

/** All rules of a collection that can be evaluated, in order, and the columns that they read. */
export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  readonly conditionColumns: ColumnSet;
  readonly outputColumns: ColumnSet;
  readonly errors: readonly LoadError[];
  readonly warnings: readonly LoadWarning[];
}

/** Compiles what was collected so far. Each rule is reported with the first of its errors. */
export function compileRules(
  collection: Collection,
  source: string,
  catalogue: FieldCatalogue,
  extras: OutputExtras,
): CompiledRules {
  return new RulesCompiler(collection, source, catalogue, extras).compile();
}

class RulesCompiler {
  private readonly conditionColumns = new ColumnSet();
  private readonly outputColumns = new ColumnSet();
  private readonly filters: FilterCompiler;
  private readonly lists: ResolvedList[];
  private readonly errors: LoadError[] = [];
  private readonly warnings: LoadWarning[] = [];

  constructor(
    private readonly collection: Collection,
    private readonly source: string,
    private readonly catalogue: FieldCatalogue,
    private readonly extras: OutputExtras,
  ) {
    this.filters = new FilterCompiler(catalogue, this.conditionColumns);
    this.lists = resolveLists(collection.lists);
  }

  compile(): CompiledRules {
    const rules: CompiledRule[] = [];
    this.attempt(() => {
      const parse = (text: LocatedText) => this.parse(text);
      const macros = new MacroResolver(this.collection.macros.values(), ({ condition }) => parse(condition));
      for (const { definition } of this.collection.rules.values()) {
        this.attempt(() => {
          const rule = definition.knownSource && this.rule(definition, macros);
          if (rule) rules.push(rule);
        });
      }
      this.warnUnused(macros);
    });
    const { conditionColumns, outputColumns, errors, warnings } = this;
    return { rules, conditionColumns, outputColumns, errors, warnings };
  }

  private rule(definition: RuleDefinition, macros: MacroResolver): CompiledRule | undefined {
    const condition = () => macros.resolve(this.parse(withExceptions(definition.condition, definition.exceptions)));
    if (definition.source !== this.source) {
      const problem = foreignRuleProblem(definition, condition, this.source, this.catalogue);
      this.warnings.push({ code: 'LOAD_UNKNOWN_SOURCE', ...problem });
      return undefined;
    }
    try {
      const outputs = coded('LOAD_ERR_COMPILE_OUTPUT', () => this.outputs(definition));
      const expression = condition();
      const unsafe = unsafeCheck(expression);
      if (unsafe) {
        const message = `'<NA>' is what an output shows for an absent value, which no value equals: use exists`;
        this.warnings.push({ code: 'LOAD_UNSAFE_NA_CHECK', message, place: unsafe.place });
      }
      const warn = (message: string, place: Place) =>
        this.warnings.push({ code: 'LOAD_COMPILE_CONDITION', message, place });
      const filter = coded('LOAD_ERR_COMPILE_CONDITION', () => this.filters.compile(expression, warn));
      return { definition, expression, filter, ...outputs };
    } catch (error) {
      if (!(error instanceof UnknownField) || !definition.skipIfUnknownFilter) throw error;
      const { message, place } = error.diagnostic;
      this.warnings.push({ code: 'LOAD_UNKNOWN_FILTER', message: `${message}: the rule is left out`, place });
      return undefined;
    }
  }

  private outputs(definition: RuleDefinition): Pick<CompiledRule, 'output' | 'extraTexts' | 'extraFields' | 'details'> {
    const entries = this.extras.appended.filter((entry) => appliesTo(entry, definition));
    const details = this.extras.details.get(definition.name) ?? [];
    const formats = entries.flatMap(({ format }) => (format === undefined ? [] : [settingText(` ${format}`)]));
    const texts = entries.flatMap(({ formattedFields }) => [...formattedFields]);
    const warn = (message: string, place: Place) =>
      this.warnings.push({ code: 'LOAD_DEPRECATED_ITEM', message, place });
    const format = (text: LocatedText) => {
      const compiled = this.format(text);
      warnDeprecatedFields(text, warn);
      return compiled;
    };
    return {
      output: format(withoutContainerInfo(LocatedText.concat([definition.output, ...formats]), warn)),
      extraTexts: new Map(texts.map(([name, text]) => [toBytes(name), format(settingText(text))])),
      extraFields: entries.flatMap(({ rawFields }) => rawFields.map((name) => this.format(settingText(`%${name}`)))),
      details: details.map((name) => this.format(settingText(`%${name}`))),
    };
  }

  private format(text: LocatedText): OutputFormat {
    return new OutputFormat(text, this.catalogue, this.outputColumns);
  }

  private parse(condition: LocatedText): Expression {
    return coded('LOAD_ERR_COMPILE_CONDITION', () => parseCondition(substituteLists(condition, this.lists)));
  }

  private warnUnused(macros: MacroResolver): void {
    for (const { name, place } of macros.unused) {
      this.warnings.push({ code: 'LOAD_UNUSED_MACRO', message: `no rule or macro uses the macro '${name}'`, place });
    }
    for (const { name, place } of this.lists.filter(({ used }) => !used)) {
      this.warnings.push({
        code: 'LOAD_UNUSED_LIST',
        message: `no rule, macro or list uses the list '${name}'`,
        place,
      });
    }
  }

  private attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof LoadFailure)) throw error;
      this.errors.push(error.diagnostic);
    }
  }
}

/** An error that `skip-if-unknown-filter` forgives. */
class UnknownField extends LoadFailure {}

/** Gives what the parsers and compilers find wrong Falco's code for the part of the rule that it is in. */
function coded<T>(code: LoadErrorCode, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof SyntaxFailure) fail(code, error.message, error.place);
    if (!(error instanceof CompileFailure)) throw error;
    const { message, place } = error;
    if (error.unknownField) throw new UnknownField({ code, message, place });
    fail(code, message, place);
  }
}

function settingText(format: string): LocatedText {
  return LocatedText.whole(new SourceText('append_output', format));
}
