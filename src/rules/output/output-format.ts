import type { ColumnSet, LoadedColumns } from '../compile/columns.js';
import { type CompiledOperand, OperandCompiler } from '../compile/operand.js';
import type { ByteString, FieldValue } from '../event-batch.js';
import { type FieldCatalogue, isProblem } from '../fields/catalogue.js';
import type { EventField } from '../fields/event-fields.js';
import { type FieldOperand, fieldText, type Operand } from '../language/ast.js';
import type { LocatedText } from '../text/located-text.js';
import { type FormatPart, fieldsOf, parseFormat } from './format-parser.js';
import { shownValue, valueText } from './value-text.js';

/** One event whose output fields are loaded. */
export interface OutputRow {
  readonly columns: LoadedColumns;
  readonly index: number;
}

/** A value of a JSON alert's `output_fields`; absent is undefined. */
export type OutputFields = Map<ByteString, FieldValue>;

type Show = (row: OutputRow) => ByteString;

/** An output format ready to be filled in. */
export class OutputFormat {
  /** The columns that it reads. */
  readonly columns: ReadonlySet<number>;
  private readonly shows: readonly Show[];
  private readonly fields: readonly FieldOutput[];

  /** @throws SyntaxFailure or CompileFailure at what cannot be read */
  constructor(text: LocatedText, catalogue: FieldCatalogue, columns: ColumnSet) {
    const compiler = new OperandCompiler(catalogue, columns);
    const parts = parseFormat(text, (operand) => compiler.compile(operand));
    const operands = parts.flatMap((part) => (part.kind === 'operand' ? [part.operand] : []));
    this.fields = operands.flatMap(fieldsOf).map((field) => fieldOutput(field, catalogue, compiler));
    this.columns = new Set(operands.flatMap((operand) => compiler.compile(operand).columns));
    this.shows = parts.map((part) => showPart(part, catalogue, compiler));
  }

  /** The text for one event. */
  text(row: OutputRow): ByteString {
    let text = '';
    for (const show of this.shows) text += show(row);
    return text;
  }

  /** Adds the format's fields with their values. Transformed values have no field; those they are made of do. */
  addFields(row: OutputRow, fields: OutputFields): void {
    for (const field of this.fields) fields.set(field.name, field.value(row));
  }
}

interface FieldOutput {
  readonly name: ByteString;
  value(row: OutputRow): FieldValue;
}

function fieldOutput(field: FieldOperand, catalogue: FieldCatalogue, compiler: OperandCompiler): FieldOutput {
  const name = fieldText(field);
  const eventField = eventFieldOf(field, catalogue);
  if (!eventField) return { name, value: reader(compiler.compile(field)) };
  return { name, value: (row) => eventField.json?.(eventAt(row)) ?? eventField.value(eventAt(row)) };
}

function showPart(part: FormatPart, catalogue: FieldCatalogue, compiler: OperandCompiler): Show {
  if (part.kind === 'text') return () => part.bytes;
  const { width } = part;
  const show = showOperand(part.operand, catalogue, compiler);
  return width === undefined ? show : (row) => show(row).slice(0, width).padEnd(width);
}

function showOperand(operand: Operand, catalogue: FieldCatalogue, compiler: OperandCompiler): Show {
  const eventField = eventFieldOf(operand, catalogue);
  if (eventField) return (row) => eventField.text?.(eventAt(row)) ?? valueText(eventField.value(eventAt(row)));
  const value = reader(compiler.compile(operand));
  return (row) => valueText(value(row));
}

/** A generic field that stands alone is read off the event: a column of it would be made for the whole batch. */
function eventFieldOf(operand: Operand, catalogue: FieldCatalogue): EventField | undefined {
  if (operand.kind !== 'field') return undefined;
  const use = catalogue.resolve(operand.name, operand.arg);
  return isProblem(use) ? undefined : use.eventField;
}

function eventAt({ columns, index }: OutputRow): Parameters<EventField['value']>[0] {
  return { batch: columns.batch, stream: columns.stream, index };
}

function reader(operand: CompiledOperand): (row: OutputRow) => FieldValue {
  const { type } = operand;
  return ({ columns, index }) =>
    shownValue(
      operand.value((column) => columns.value(column, index)),
      type,
    );
}
