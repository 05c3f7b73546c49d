import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocktapeError, messageOf } from '../errors.js';

/** What TLS to a daemon needs, in PEM. What is absent is left to the defaults: the system's authorities, no client certificate. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** False when a context says to skip the check of the daemon's certificate. */
  readonly rejectUnauthorized: boolean;
}

const FILES = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' } as const;

/** Reads `ca.pem`, `cert.pem` and `key.pem`, all of which must be there: somebody has named the folder. */
export function readTlsFolder(folder: string, namedBy: string): TlsMaterial {
  const { ca, cert, key } = FILES;
  return {
    ca: readPem(folder, ca, namedBy),
    cert: readPem(folder, cert, namedBy),
    key: readPem(folder, key, namedBy),
    rejectUnauthorized: true,
  };
}

/** Reads those of the three files that are in the folder. */
export function readTlsFilesIn(folder: string, namedBy: string, rejectUnauthorized = true): TlsMaterial {
  const present = Object.entries(FILES).filter(([, file]) => existsSync(join(folder, file)));
  const material = Object.fromEntries(present.map(([name, file]) => [name, readPem(folder, file, namedBy)]));
  return { ...material, rejectUnauthorized };
}

function readPem(folder: string, file: string, namedBy: string): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch (error) {
    throw new DocktapeError(
      'DAEMON',
      `cannot read ${join(folder, file)} (${messageOf(error)}): put ca.pem, cert.pem and key.pem there or correct ${namedBy}`,
      { cause: error },
    );
  }
}
