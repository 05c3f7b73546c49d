import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PAGE = Buffer.alloc(4_096);

/** A file system of its own that is soon full: in memory, and of a few MiB. Only root can mount one. */
export class SmallDisk {
  static readonly canBeMade = process.getuid?.() === 0;

  readonly folder: string;

  /** @param size as mount(8) takes it for tmpfs, such as `2m` */
  constructor(size: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'docktape-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'docktape-test', this.folder]);
  }

  /** Takes all the room that is left, but for some pages of 4 KiB. */
  fill(leftPages = 0): void {
    const ballast = openSync(this.#ballast, 'a');
    try {
      for (;;) writeSync(ballast, PAGE);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(ballast);
    }
    if (leftPages > 0) execFileSync('truncate', ['-s', `-${leftPages * PAGE.length}`, this.#ballast]);
  }

  /** Gives the room back. */
  free(): void {
    rmSync(this.#ballast);
  }

  makeReadOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.folder]);
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.folder]);
    rmdirSync(this.folder);
  }

  get #ballast(): string {
    return join(this.folder, 'ballast');
  }
}
