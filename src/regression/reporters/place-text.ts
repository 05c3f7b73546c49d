import { printable } from '../../rules/output/printable.js';
import type { FilePlace } from '../../rules/text/file-place.js';

/** `FILE:LINE`, which terminals and editors open. */
export function placeText({ file, line }: FilePlace): string {
  return printable(`${file}:${line}`);
}
