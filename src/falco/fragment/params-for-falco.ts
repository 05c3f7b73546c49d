import { resolve } from 'node:path';
import { checkAddress } from '../../docker/endpoint.js';
import { captureParams, type OpenParams, parseOpenParams } from '../../source/open-params.js';
import { now } from '../../time.js';

/** Open params as falco.yaml can have them. */
export interface ParamsForFalco {
  /** The same as was given, with absolute paths: Falco's working directory is not that of this command. */
  readonly text: string;
  readonly parsed: OpenParams;
}

/**
 * Makes open params of the command line fit for falco.yaml.
 *
 * @throws DocktapeError `OPEN_PARAMS` when they are none, `DAEMON` for an address that no daemon can have
 */
export function paramsForFalco(params: string): ParamsForFalco {
  const at = now();
  const given = parseOpenParams(params, at);
  if (given.mode === 'live') checkAddress(given.address);
  const split = params.indexOf('?');
  const query = split < 0 ? '' : params.slice(split);
  const target = given.mode === 'replay' ? captureParams(resolve(given.path)) : encoded(absolute(given.address));
  const text = `${target}${query}`;
  return { text, parsed: parseOpenParams(text, at) };
}

function absolute(address: string): string {
  const path = address.startsWith('unix://') ? address.slice('unix://'.length) : '';
  return path === '' ? address : `unix://${resolve(path)}`;
}

/** What the grammar of open params, YAML or Falco's variables would read otherwise. */
function encoded(address: string): string {
  return address.replace(/[%?${}\s]/gu, encodeURIComponent);
}
