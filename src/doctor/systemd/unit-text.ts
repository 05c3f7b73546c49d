/** One assignment of a unit file. */
export interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** Reads a unit file or a drop-in, by the rules of systemd.syntax(7): comments, sections, and lines that go on behind a backslash. */
export function parseUnitText(text: string): Setting[] {
  const settings: Setting[] = [];
  let section = '';
  let begun = '';
  for (const line of text.split('\n')) {
    // A comment between the parts of a line that goes on does not end it.
    if (/^\s*[#;]/.test(line)) continue;
    if (line.endsWith('\\')) {
      begun += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = (begun + line).trim();
    begun = '';
    const [, name] = /^\[(.*)\]$/.exec(whole) ?? [];
    if (name !== undefined) section = name;
    const [, key, value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(whole) ?? [];
    if (name === undefined && key !== undefined) settings.push({ section, key, value });
  }
  return settings;
}

/** The words of a value; quotes keep blanks together, and are taken away. */
export function words(value: string): string[] {
  const parts = value.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\S)+/g) ?? [];
  return parts.map((part) => part.replace(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'/g, unquote));
}

function unquote(_: string, double: string | undefined, single: string | undefined): string {
  return (double ?? single ?? '').replace(/\\(.)/g, '$1');
}
