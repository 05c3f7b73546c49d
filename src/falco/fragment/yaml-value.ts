import { stringify } from 'yaml';
import { configLiteral } from '../program/config-literal.js';

/** A scalar in one line of YAML, quoted where it must be. */
export function yamlValue(value: string | number | boolean): string {
  return stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd();
}

/**
 * A path in one line of YAML that comes out of Falco's replacement of variables as it is.
 *
 * @param what it is the path of, for the error
 * @throws DocktapeError `FALCO` for one that cannot be written
 */
export function yamlPath(path: string, what: string): string {
  return yamlValue(configLiteral(path, what));
}
