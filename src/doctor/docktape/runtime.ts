import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, ok, problem } from '../outcome.js';

export interface Runtime {
  /** As `process.version`: `v20.20.2`. */
  readonly version: string;
  /** Path of the program that runs this. */
  readonly executable: string;
  /** The folder of package.json: a bundle has its own runtime in it. */
  readonly packageFolder: string;
  /** `engines.node` of package.json: `20.x || 22.x`. */
  readonly supported: string;
}

/** Whether docktape runs on a Node that it is tested with, and on which one. */
export function checkRuntime({ version, executable, packageFolder, supported }: Runtime): Outcome {
  const majors = [...supported.matchAll(/(\d+)\.x/g)].map(([, major]) => major ?? '');
  const name = `Node ${version.slice(1)}`;
  if (!majors.includes(version.slice(1).split('.')[0] ?? '')) {
    return problem(`${name} at ${executable} is none that docktape supports`, `run it with Node ${choice(majors)}`);
  }
  return ok(isBundled(executable, packageFolder) ? `${name}, the bundle's own` : `${name} at ${executable}`);
}

function isBundled(executable: string, packageFolder: string): boolean {
  try {
    return realpathSync(executable) === realpathSync(join(packageFolder, 'bin/node'));
  } catch {
    // No such file: this is no bundle.
    return false;
  }
}

/** "20, 22 or 24". */
function choice(majors: readonly string[]): string {
  return majors.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}
