/** What {@link jsonText} writes. Members that are undefined are left out, as by JSON.stringify. */
export type JsonData =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly JsonData[]
  | { readonly [name: string]: JsonData };

/**
 * JSON in which a bigint stands digit by digit: nanoseconds do not fit JavaScript's numbers, and JSON.stringify refuses
 * bigints. Members keep their order.
 *
 * @param indent how many blanks a level is indented by; 0 gives one line
 */
export function jsonText(data: JsonData, indent = 0): string {
  return write(data, indent, '\n');
}

function write(data: JsonData, indent: number, newline: string): string {
  if (typeof data === 'bigint') return data.toString();
  if (typeof data !== 'object' || data === null) return JSON.stringify(data ?? null);
  const inner = newline + ' '.repeat(indent);
  const [open, close, parts] = Array.isArray(data)
    ? ['[', ']', data.map((item: JsonData) => write(item, indent, inner))]
    : ['{', '}', members(data as { readonly [name: string]: JsonData }, indent, inner)];
  if (parts.length === 0) return open + close;
  if (indent === 0) return `${open}${parts.join(',')}${close}`;
  return `${open}${inner}${parts.join(`,${inner}`)}${newline}${close}`;
}

function members(data: { readonly [name: string]: JsonData }, indent: number, newline: string): string[] {
  const colon = indent === 0 ? ':' : ': ';
  return Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}${colon}${write(value, indent, newline)}`);
}
