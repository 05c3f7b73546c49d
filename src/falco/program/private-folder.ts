import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocktapeError, messageOf } from '../../errors.js';
import type { RulesFile } from '../../rules/load/load-files.js';

/** A temporary folder that only this user can read, with what one run of Falco is given. Remove it when done. */
export class PrivateFolder {
  /** mkdtemp makes it with mode 0700. */
  readonly path = mkdtempSync(join(tmpdir(), 'docktape-falco-'));
  /** The paths of the copies of the rules files, in order. Falco only takes files whose names end in .yaml or .yml. */
  readonly rules: readonly string[];

  /** The rules files, without byte order marks, which are no content and would shift Falco's positions. */
  readonly files: readonly RulesFile[];

  /** @throws DocktapeError `FALCO` when it cannot be written */
  constructor(files: readonly RulesFile[] = []) {
    this.files = files.map(({ name, text }) => ({ name, text: text.replace(/^\ufeff/, '') }));
    this.rules = this.files.map(({ text }, index) => this.write(`rules-${index + 1}.yaml`, text));
    // Falco wants at least one.
    if (files.length === 0) this.rules = [this.write('no-rules.yaml', '')];
  }

  /** Writes a file into the folder and gives its path. */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    try {
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    } catch (cause) {
      this.remove();
      throw new DocktapeError('FALCO', `cannot write what Falco is to read: ${messageOf(cause)}`, { cause });
    }
  }

  /** The rules file that a path is the copy of. */
  fileOf(path: string): RulesFile | undefined {
    return this.files[this.rules.indexOf(path)];
  }

  /** A text of Falco's with the copies called by the names of what they are copies of. */
  withNames(text: string): string {
    if (!text.includes(this.path)) return text;
    return this.rules.reduce(
      (named, path, index) => named.replaceAll(path, () => this.files[index]?.name ?? path),
      text,
    );
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
