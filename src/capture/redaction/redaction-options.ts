import { DocktapeError, messageOf } from '../../errors.js';
import { LabelKeys } from './label-keys.js';
import { TextPatterns } from './text-patterns.js';

/** What is to be redacted: the options of `docktape record`. */
export interface RedactionOptions {
  /** Regular expressions in RE2's syntax (`--redact`). */
  readonly patterns: readonly string[];
  /** Keys of attributes, labels among them (`--redact-label`); with `*` at the end, beginnings of keys. */
  readonly labels: readonly string[];
  /** The command lines of exec, and so of health checks, and in contexts those of containers as well (`--redact-exec`). */
  readonly execCommands: boolean;
}

/** @throws DocktapeError `USAGE` when a pattern is none, or matches where there is nothing */
export function compilePatterns(sources: readonly string[]): TextPatterns {
  for (const source of sources) {
    const name = `--redact '${source}'`;
    if (source === '') throw usage('--redact: the pattern is empty: give a regular expression');
    let pattern: TextPatterns;
    try {
      pattern = new TextPatterns([source]);
    } catch (error) {
      throw usage(`${name}: ${messageOf(error)}: correct it; RE2 knows no look-around and no back references`);
    }
    if (pattern.matchNothing) {
      throw usage(`${name}: it matches where there is nothing, and so everywhere: let it need a character, as x+ does`);
    }
  }
  return new TextPatterns(sources);
}

/** @throws DocktapeError `USAGE` when a key is empty, or has a `*` elsewhere than at its end */
export function compileLabels(keys: readonly string[]): LabelKeys {
  for (const key of keys) {
    if (key === '') throw usage('--redact-label: the key is empty: name a label, or * for all of them');
    if (key.slice(0, -1).includes('*')) {
      throw usage(`--redact-label '${key}': * can only stand at the end: name the beginning that the keys share`);
    }
  }
  return new LabelKeys(keys);
}

function usage(message: string): DocktapeError {
  return new DocktapeError('USAGE', message);
}
