import { SyntaxFailure } from '../language/scanner.js';
import { LocatedText } from '../text/located-text.js';
import type { Place } from '../text/source-text.js';

/** A token of outputs that Falco once replaced by others and now by nothing. */
const CONTAINER_INFO = '%container.info';

/** Fields of system calls that Falco calls deprecated wherever their names stand in an output, also as mere text. */
const DEPRECATED_FIELDS = [
  'evt.dir',
  'evt.latency',
  'evt.latency.s',
  'evt.latency.ns',
  'evt.latency.human',
  'evt.wait_latency',
];

type Warn = (message: string, place: Place) => void;

/**
 * An output as it is compiled: without `%container.info`.
 *
 * @throws SyntaxFailure when nothing is left of it
 */
export function withoutContainerInfo(output: LocatedText, warn: Warn): LocatedText {
  const first = output.bytes.indexOf(CONTAINER_INFO);
  if (first < 0) return output;
  warn(`${CONTAINER_INFO} is deprecated and adds nothing: remove it`, output.place(first));
  const kept: LocatedText[] = [];
  let start = 0;
  for (let at = first; at >= 0; at = output.bytes.indexOf(CONTAINER_INFO, start)) {
    kept.push(output.slice(start, at));
    start = at + CONTAINER_INFO.length;
  }
  const rest = LocatedText.concat([...kept, output.slice(start)]);
  if (rest.bytes === '')
    throw new SyntaxFailure(`an output must have more in it than ${CONTAINER_INFO}`, output.place(0));
  return rest;
}

/** Warns about deprecated fields in an output that is valid. */
export function warnDeprecatedFields(output: LocatedText, warn: Warn): void {
  for (const field of DEPRECATED_FIELDS) {
    const at = output.bytes.indexOf(field);
    if (at >= 0) warn(`the field ${field} is deprecated, and no event of a plugin has it`, output.place(at));
  }
}
