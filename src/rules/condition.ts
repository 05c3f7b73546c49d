import { toText } from './bytes.js';
import { ColumnSet } from './compile/columns.js';
import { type Filter, Frame } from './compile/filter.js';
import { FilterCompiler } from './compile/filter-compiler.js';
import { CompileFailure } from './compile/operand.js';
import { type LoadErrorCode, RulesError } from './diagnostic.js';
import type { EventBatch, FieldRequest } from './event-batch.js';
import type { EventOrigin } from './event-origin.js';
import { FieldCatalogue } from './fields/catalogue.js';
import { parseCondition } from './language/parser.js';
import { SyntaxFailure } from './language/scanner.js';
import { OutputFormat } from './output/output-format.js';
import { StreamContext } from './stream-context.js';
import { LocatedText } from './text/located-text.js';
import { SourceText } from './text/source-text.js';

/** A condition on its own, in the language of rules, without lists and macros. */
export class Condition {
  private constructor(
    private readonly filter: Filter,
    private readonly columns: ColumnSet,
    private readonly stream: StreamContext,
  ) {}

  /** @throws RulesError with the place in the text */
  static compile(text: string, origin: EventOrigin): Condition {
    const columns = new ColumnSet();
    const filter = located('LOAD_ERR_COMPILE_CONDITION', () => {
      const expression = parseCondition(LocatedText.whole(new SourceText('condition', text)));
      return new FilterCompiler(new FieldCatalogue(origin.fields), columns).compile(expression, () => {});
    });
    return new Condition(filter, columns, new StreamContext(origin));
  }

  /** The fields that it reads of every event. */
  get requests(): readonly FieldRequest[] {
    return this.columns.requests;
  }

  /** For each event of the batch, 1 when the condition holds and 0 when it does not. */
  select(batch: EventBatch): Uint8Array {
    this.stream.follow(batch);
    const mask = new Uint8Array(batch.count).fill(1);
    this.filter.narrow(mask, new Frame(this.columns.load(batch, this.stream)));
    return mask;
  }
}

/** An output format on its own, such as `%evt.time %docker.action`. */
export class Format {
  private constructor(
    private readonly format: OutputFormat,
    private readonly columns: ColumnSet,
    private readonly stream: StreamContext,
  ) {}

  /** @throws RulesError with the place in the text */
  static compile(text: string, origin: EventOrigin): Format {
    const columns = new ColumnSet();
    const format = located('LOAD_ERR_COMPILE_OUTPUT', () => {
      const source = LocatedText.whole(new SourceText('format', text));
      return new OutputFormat(source, new FieldCatalogue(origin.fields), columns);
    });
    return new Format(format, columns, new StreamContext(origin));
  }

  /** The fields that it reads of every event. */
  get requests(): readonly FieldRequest[] {
    return this.columns.requests;
  }

  /** The text for each event of the batch that the mask selects, in order; without a mask for every event. */
  texts(batch: EventBatch, mask?: Uint8Array): string[] {
    this.stream.follow(batch);
    const columns = this.columns.load(batch, this.stream);
    const texts: string[] = [];
    for (let index = 0; index < batch.count; index++) {
      if (mask === undefined || mask[index] === 1) texts.push(toText(this.format.text({ columns, index })));
    }
    return texts;
  }
}

/** Turns what the parsers and compilers find wrong into the error for users. */
function located<T>(code: LoadErrorCode, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SyntaxFailure || error instanceof CompileFailure)) throw error;
    throw new RulesError({ code, message: error.message, place: error.place });
  }
}
