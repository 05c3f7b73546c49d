// `docktape record`, as the scenarios are recorded with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../scripts/run.mjs';

/**
 * The recorder sees the daemon's socket at its usual place and its host is called docktape: a capture says from where it was
 * recorded, and that should say nothing of this machine.
 */
const script = 'echo docktape >/proc/sys/kernel/hostname; mount --bind "$1" /run; shift; exec "$@"';

/** Starts and stops `docktape record` for one capture. */
export class Recorder {
  #command;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;

  /**
   * @param {string} socketFolder where the daemon's socket is
   * @param {string} capture
   * @param {string[]} options of `docktape record`
   */
  constructor(socketFolder, capture, options) {
    const record = [process.execPath, join(root, 'dist/cli.js'), 'record', capture];
    this.#command = [
      ...['--uts', '--mount', '--propagation', 'private', 'sh', '-euc', script, 'sh', socketFolder],
      ...[...record, '--host', 'unix:///var/run/docker.sock', ...options],
    ];
  }

  /**
   * Records until {@link stop}, and passes on what the recorder says.
   *
   * @param {string[]} options of `docktape record`, besides those of all starts
   */
  async start(options = []) {
    const child = spawn('unshare', [...this.#command, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    /** @type {Promise<void>} */
    const reads = new Promise((resolve) => {
      for (const input of [child.stdout, child.stderr]) {
        createInterface({ input }).on('line', (line) => {
          console.log(`  ${line}`);
          if (line.includes('reading events from')) resolve();
        });
      }
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error('the recorder ended before it recorded');
    });
    await Promise.race([reads, ended]);
    ended.catch(() => {}); // it has recorded
    await sleep(500); // the daemon answers before it has subscribed its reader
  }

  /** Ends the recording as Ctrl-C does, with all that has happened until now. */
  async stop() {
    const child = this.#child;
    if (!child) throw new Error('the recorder was not started');
    if (child.exitCode !== null) throw new Error(`the recorder ended with ${child.exitCode}`);
    await sleep(500); // the last events are on their way
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    const [code] = await ended;
    if (code !== 0) throw new Error(`the recorder ended with ${code}`);
  }

  /**
   * Does something while nothing is recorded; the recording then resumes where it ended.
   *
   * @param {() => Promise<void>} action
   */
  async away(action) {
    await this.stop();
    await action();
    await this.start(['--resume']);
  }
}
