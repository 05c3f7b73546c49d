import { root } from './run.mjs';

/** What a build is for: this Node, and this place, which the source host's launcher names. */
export function buildStamp() {
  return `${process.version} ${process.execPath} ${root}\n`;
}
