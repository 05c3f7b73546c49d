import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Accounts } from '#docktape/doctor/host/accounts.js';
import { FileTree } from '#docktape/doctor/host/file-tree.js';

/** The files of a host, below a temporary folder. */
export class TestHost {
  readonly root = mkdtempSync(join(tmpdir(), 'docktape-host-'));
  readonly tree = new FileTree(this.root);
  readonly #servers: Server[] = [];

  constructor() {
    // The root of a host is for everybody.
    chmodSync(this.root, 0o755);
  }

  get accounts(): Accounts {
    return new Accounts(this.tree);
  }

  file(path: string, text: string | Buffer = '', mode = 0o644): this {
    const outside = this.#outside(path);
    mkdirSync(dirname(outside), { recursive: true });
    writeFileSync(outside, text);
    chmodSync(outside, mode);
    return this;
  }

  link(path: string, target: string): this {
    const outside = this.#outside(path);
    mkdirSync(dirname(outside), { recursive: true });
    symlinkSync(target, outside);
    return this;
  }

  /** Changes the mode of what is there, and its owner where the test runs as root. */
  mode(path: string, mode: number, uid?: number, gid?: number): this {
    chmodSync(this.#outside(path), mode);
    if (uid !== undefined && gid !== undefined && process.getuid?.() === 0) chownSync(this.#outside(path), uid, gid);
    return this;
  }

  /** A real socket, on which somebody listens and says nothing. */
  async socket(path: string): Promise<void> {
    const outside = this.#outside(path);
    mkdirSync(dirname(outside), { recursive: true });
    const server = createServer(() => {}).listen(outside);
    this.#servers.push(server);
    await once(server, 'listening');
  }

  /** An ordinary Linux: two users besides root, a group for Docker, and /var/run. */
  ordinary(): this {
    return this.file(
      '/etc/passwd',
      'root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nfalco:x:990:990::/:/bin/false\n',
    )
      .file('/etc/group', 'root:x:0:\ndocker:x:998:ann\nann:x:1000:\nfalco:x:990:\n')
      .link('/var/run', '/run');
  }

  remove(): void {
    for (const server of this.#servers) server.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  #outside(path: string): string {
    return join(this.root, path);
  }
}
