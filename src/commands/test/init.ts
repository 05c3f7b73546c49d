import { existsSync, writeFileSync } from 'node:fs';
import { DocktapeError, messageOf } from '../../errors.js';
import { initSuite } from '../../regression/init/init-suite.js';
import { ExitCode } from '../exit-codes.js';
import { readSettingsOptions } from '../rules-options.js';
import { isCi } from './ci.js';
import type { TestOptions } from './options.js';

/**
 * Writes a first suite from what the rules say on captures now, to the file of `--output` or to standard output. A file that is
 * there already is somebody's work: it is never overwritten.
 */
export async function initTests(
  captures: readonly string[],
  options: TestOptions,
  signal: AbortSignal,
): Promise<number> {
  const { rules, output } = options;
  const option = captures.find((capture) => capture.startsWith('-'));
  if (option !== undefined) throw new DocktapeError('USAGE', `--init needs a capture before ${option}`);
  if (rules.length === 0) throw new DocktapeError('USAGE', '--init needs the rules: add -r FILE');
  if (output !== undefined && isCi()) {
    const fix = 'leave out --output to have the suite on standard output';
    throw new DocktapeError('USAGE', `--output writes a suite, but CI is set: ${fix}`);
  }
  if (output !== undefined && existsSync(output)) {
    throw new DocktapeError('USAGE', `${output} is there already: name another --output, or remove it first`);
  }
  const text = await initSuite({ captures, rules, settings: readSettingsOptions(options), output, signal });
  if (signal.aborted) return ExitCode.interrupted;
  if (output === undefined) process.stdout.write(text);
  else writeSuite(output, text);
  return ExitCode.ok;
}

function writeSuite(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    throw new DocktapeError('USAGE', `cannot write the suite to ${path}: ${messageOf(cause)}`, { cause });
  }
  process.stderr.write(`docktape: wrote ${path}: review it, then run \`docktape test ${path}\`\n`);
}
