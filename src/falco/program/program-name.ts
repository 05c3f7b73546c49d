import type { FalcoProgram } from './falco-run.js';

/** What messages call a Falco. */
export function nameOf({ path, version }: FalcoProgram): string {
  return `Falco ${version} (${path})`;
}
