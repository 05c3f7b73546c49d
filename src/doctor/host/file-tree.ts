import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** As many links as Linux follows in one path. */
const LINKS = 40;

/** The files of a host below a folder that takes the place of `/`. Paths are those that the host itself would use. */
export class FileTree {
  constructor(private readonly root: string) {}

  /** The absolute path without links, as the host would follow them; `undefined` when there is nothing. */
  real(path: string): string | undefined {
    let done = '/';
    let links = 0;
    const parts = path.split('/').reverse();
    while (parts.length > 0) {
      const next = posix.join(done, parts.pop() ?? '');
      const target = this.link(next);
      if (target === undefined) {
        done = next;
        continue;
      }
      links += 1;
      if (links > LINKS) return undefined;
      if (target.startsWith('/')) done = '/';
      parts.push(...target.split('/').reverse());
    }
    return statSync(this.#outside(done), { throwIfNoEntry: false }) && done;
  }

  /** What a link says; `undefined` for everything that is none. */
  link(path: string): string | undefined {
    try {
      return readlinkSync(this.#outside(path));
    } catch {
      return undefined;
    }
  }

  stat(path: string): Stats | undefined {
    const real = this.real(path);
    return real === undefined ? undefined : statSync(this.#outside(real), { throwIfNoEntry: false });
  }

  /** @throws Error of the file system, also when there is no such file */
  bytes(path: string): Buffer {
    return readFileSync(this.#outside(this.real(path) ?? path));
  }

  /** A file's text; `undefined` when it is not there or cannot be read. */
  text(path: string): string | undefined {
    try {
      return this.bytes(path).toString();
    } catch {
      return undefined;
    }
  }

  /** The names in a folder, sorted; none when it is not there or cannot be read. */
  names(folder: string): string[] {
    try {
      return readdirSync(this.#outside(this.real(folder) ?? folder)).sort();
    } catch {
      return [];
    }
  }

  #outside(path: string): string {
    return join(this.root, path);
  }
}
