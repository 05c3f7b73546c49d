import type { ByteString } from '../event-batch.js';

/** An option found among arguments. */
export interface FoundOption {
  /** Its letter; undefined for an option that is not known. */
  readonly option: string | undefined;
  /** What `getopt(…)[LETTER]` gives for it: its value, or its letter when it takes none. */
  readonly value: ByteString;
  /** What it adds to the list that `getopt(…)` gives. */
  readonly listed: readonly ByteString[];
}

/**
 * The options among arguments, by getopt(3)'s rules for short options without GNU's extensions, as Falco's library has
 * them: the scan ends at `--` and at the first argument that is no option, and passes over long options. A missing value
 * leaves one empty text, an unknown option `?`.
 */
export function getopt(args: readonly ByteString[], optionText: ByteString): FoundOption[] {
  const options = parseOptions(optionText);
  const found: FoundOption[] = [];
  for (let a = 0; a < args.length; a++) {
    const arg = args[a] as ByteString;
    if (arg === '--' || arg[0] !== '-' || arg.length === 1) break;
    if (arg.startsWith('--')) continue;
    for (let i = 1; i < arg.length; i++) {
      const option = arg[i] as string;
      const takesValue = options.get(option);
      if (takesValue) {
        const value = i + 1 < arg.length ? arg.slice(i + 1) : args[++a];
        found.push({ option, value: value ?? '', listed: value === undefined ? [''] : [option, value] });
        break;
      }
      if (takesValue === undefined) found.push({ option: undefined, value: '', listed: ['?'] });
      else found.push({ option, value: option, listed: [option] });
    }
  }
  return found;
}

/** Which options there are, and which of them take a value: `ab:` is `a`, and `b` with one. */
function parseOptions(text: ByteString): Map<string, boolean> {
  const options = new Map<string, boolean>();
  for (let i = 0; i < text.length; i++) {
    const option = text[i] as string;
    if (option === ':') continue;
    const takesValue = text[i + 1] === ':';
    options.set(option, takesValue);
    if (takesValue) i++;
  }
  return options;
}
