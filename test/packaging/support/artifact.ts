import { gunzipSync } from 'node:zlib';

/** A file or folder that falcoctl would make of an artifact. */
export interface Entry {
  readonly name: string;
  readonly type: 'file' | 'folder';
  readonly mode: number;
  readonly size: number;
}

/**
 * Unpacks an artifact as falcoctl 0.13 does (internal/utils/extract.go), with an error for everything that it refuses or that
 * would fail: links and other kinds of entry, two dots in a row, a path out of the destination, a file in a folder that has
 * not come before.
 */
export function unpackAsFalcoctl(archive: Buffer): Entry[] {
  const entries: Entry[] = [];
  const folders = new Set(['']);
  for (const header of headers(gunzipSync(archive))) {
    const name = header.name.replace(/\/$/, '');
    if (header.name.includes('..')) throw new Error(`${name}: not allowed relative path in tar archive`);
    if (name === '' || name.startsWith('/')) throw new Error(`${name}: falls out of the destination`);
    const parent = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '';
    if (header.type === '5') {
      folders.add(name);
      entries.push({ name, type: 'folder', mode: header.mode, size: 0 });
    } else if (header.type === '0') {
      if (!folders.has(parent)) throw new Error(`${name}: no such file or directory`);
      entries.push({ name, type: 'file', mode: header.mode, size: header.size });
    } else {
      throw new Error(`${name}: entries of type ${header.type} are not allowed`);
    }
  }
  return entries;
}

interface Header {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
}

/** The headers of a tar archive in GNU's or POSIX's format; GNU's long names (type L) are put in their place. */
function* headers(tar: Buffer): Generator<Header> {
  let longName: string | undefined;
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (offset: number, length: number) =>
      tar.toString('utf8', at + offset, at + offset + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const type = text(156, 1);
    const body = at + 512;
    at = body + Math.ceil(size / 512) * 512;
    if (type === 'L') {
      longName = tar.toString('utf8', body, body + size).replace(/\0.*$/s, '');
      continue;
    }
    const prefix =
      tar.toString('latin1', body - 512 + 257, body - 512 + 263) === 'ustar\0' ? prefixOf(tar, body - 512) : '';
    const name = longName ?? prefix + tar.toString('utf8', body - 512, body - 412).replace(/\0.*$/s, '');
    longName = undefined;
    yield { name, type: type || '0', size, mode: Number.parseInt(tar.toString('latin1', body - 412, body - 404), 8) };
  }
}

function prefixOf(tar: Buffer, at: number): string {
  const prefix = tar.toString('utf8', at + 345, at + 500).replace(/\0.*$/s, '');
  return prefix && `${prefix}/`;
}
