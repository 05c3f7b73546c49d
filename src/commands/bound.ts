import type { Bound } from '../capture/writing/writer-options.js';
import { DocktapeError } from '../errors.js';
import { parseDuration } from '../source/time.js';

const SIZE = /^(\d+)([KMGT])$/;
const UNITS = 'KMGT';

/**
 * A time, a size, or one of each behind a comma, as `--rotate` and `--keep` take them: `1h`, `500M`, `7d,10G`. A small `m` is
 * a minute, a large one 1,048,576 bytes.
 *
 * @throws DocktapeError `USAGE` that names the value and the forms
 */
export function parseBound(text: string): Bound {
  const bounds = text.split(',').map((part) => partOf(part) ?? refuse(text));
  const [first = {}, second = {}, third] = bounds;
  const merged = { ...first, ...second };
  if (third || Object.keys(merged).length !== bounds.length) refuse(text);
  return merged;
}

function partOf(text: string): Bound | undefined {
  const [, digits, unit] = SIZE.exec(text) ?? [];
  if (unit !== undefined) {
    const bytes = Number(digits) * 1024 ** (UNITS.indexOf(unit) + 1);
    return bytes > 0 && Number.isSafeInteger(bytes) ? { bytes } : undefined;
  }
  const age = parseDuration(text);
  return age === undefined || age === 0n ? undefined : { age };
}

function refuse(text: string): never {
  const forms = 'write a time (90s, 1h, 7d), a size (500M, 10G), or one of each (1h,500M)';
  throw new DocktapeError('USAGE', `'${text}' is neither a time nor a size: ${forms}`);
}
