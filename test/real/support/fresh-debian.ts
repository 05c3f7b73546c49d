import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forky } from '../../../scripts/real/forky.mjs';
import { childrenOf } from '../../../scripts/real/processes.mjs';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The root is the cached chroot under a layer in memory, and what is written to it is gone with the mount. `cat` is the first
 * process of the namespace: when its standard input ends, with the process that has the other end, everything in it ends and
 * the mounts are undone.
 */
const hold = `
folder=$1; lower=$2; clean=$3; shift 3
mount -t tmpfs tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
chroot "$folder/root" sh -euc "$clean"
mount -t proc proc "$folder/root/proc"
while [ $# -gt 0 ]; do
  mkdir -p "$folder/root$2"
  mount --bind "$1" "$folder/root$2"
  shift 2
done
echo ready
exec cat
`;

/**
 * Other tests mount the checkout and this machine's Node in the chroot, and copy Node's libraries to it. Only what Debian's
 * packages brought, and made in /etc and /var when they were installed, is left.
 */
const onlyDebian = `
cat /var/lib/dpkg/info/*.list | sed 's,^/\\(bin\\|sbin\\|lib\\|lib64\\)/,/usr/\\1/,' | sort -u >/run/packaged
find /* -xdev \\( -path /etc -o -path /var -o -path /run -o -path /proc -o -path /dev -o -path /sys \\) -prune -o \\
  ! -type l -print | sort >/run/present
comm -13 /run/packaged /run/present | tr '\\n' '\\0' >/run/strange
xargs -0 -r rm -rf </run/strange
rm -rf /.docktape-complete /run/packaged /run/present /run/strange
`;

/**
 * What a fresh, minimal Debian with sysdig is to the test: a machine apart, with no network and no process but its own. While
 * it is there nothing may be run in the chroot below it, which ./sysdig.ts does.
 */
export class FreshDebian {
  private constructor(
    private readonly folder: string,
    private readonly holder: ChildProcess,
    private readonly pid: number,
  ) {}

  /** @param bind folders of this machine that it has as well, and where */
  static async start(bind: Readonly<Record<string, string>> = {}): Promise<FreshDebian> {
    const folder = mkdtempSync(join(tmpdir(), 'docktape-fresh-'));
    const namespaces = ['--mount', '--propagation', 'private', '--pid', '--net', '--fork', '--kill-child'];
    const script = ['sh', '-euc', hold, 'sh', folder, forky, onlyDebian, ...Object.entries(bind).flat()];
    const holder = spawn('unshare', [...namespaces, ...script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    const first = childrenOf(holder.pid ?? -1)[0];
    if (!first || String(said) !== 'ready\n') {
      rmSync(folder, { recursive: true, force: true });
      throw new Error('a layer over the forky chroot could not be mounted');
    }
    return new FreshDebian(folder, holder, first.pid);
  }

  /** Where this machine sees a path of it. */
  path(inside: string): string {
    return join(`/proc/${this.pid}/root`, this.folder, 'root', inside);
  }

  /** Runs a program to its end. */
  run(...command: string[]): Ended {
    const [program, args] = this.enter(command);
    const { status, stdout, stderr, error } = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (error) throw error;
    return { status, stdout, stderr };
  }

  /** Like {@link run}: its standard output; any exit code but 0 is an error. */
  must(...command: string[]): string {
    const { status, stdout, stderr } = this.run(...command);
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Starts a program; {@link end} ends it. */
  start(...command: string[]): ChildProcess {
    const [program, args] = this.enter(command);
    return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Ends a program that was started here as Ctrl-C does, when it has not ended, and gives its exit code. */
  async end(child: ChildProcess): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit');
    // What was spawned is nsenter, which passes no signal on; the program is its child.
    for (const { pid } of childrenOf(child.pid ?? -1)) process.kill(pid, 'SIGINT');
    await exit;
    return child.exitCode;
  }

  /**
   * All files, folders and links with their kind and mode, and the size and time of files. Without /proc, which is not its own,
   * and what is below the folders given.
   */
  listing(without: readonly string[]): Map<string, string> {
    const root = this.path('/');
    const found = new Map<string, string>();
    const visit = (folder: string) => {
      for (const name of readdirSync(join(root, folder))) {
        const path = `${folder}${name}`;
        const stat = lstatSync(join(root, path), { bigint: true });
        const mode = stat.mode.toString(8);
        if (stat.isSymbolicLink()) found.set(path, `${mode} ${readlinkSync(join(root, path))}`);
        else found.set(path, stat.isDirectory() ? mode : `${mode} ${stat.size} ${stat.mtimeNs}`);
        if (stat.isDirectory() && path !== '/proc' && !without.includes(path)) visit(`${path}/`);
      }
    };
    visit('/');
    return found;
  }

  /** Ends everything in it and undoes its mounts. */
  async stop(): Promise<void> {
    const exit = once(this.holder, 'exit');
    this.holder.stdin?.end();
    await exit;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private enter(command: readonly string[]): [program: string, args: string[]] {
    const target = ['--target', String(this.pid), '--mount', '--pid', '--net'];
    return ['nsenter', [...target, 'chroot', join(this.folder, 'root'), ...command]];
  }
}

/** Nothing of this machine's surroundings but what alerts show: the same as for the checkout's command line in ./cli.ts. */
const env = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  TZ: 'UTC',
  FALCO_HOSTNAME: 'host',
};
