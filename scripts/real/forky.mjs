// A minimal chroot of Debian's forky suite with sysdig, a falcosecurity client, and the official plugin headers.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { aptGet } from '../packages.mjs';
import { fail } from '../run.mjs';
import { keyring } from './packages.mjs';

/** The chroot's folder: outside the tree, kept between runs. */
export const forky = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'docktape-forky');

/** The folder to give a compiler so that `<plugin/plugin_api.h>` is the official header. */
export const officialHeaders = join(forky, 'usr/include/falcosecurity');

const packages = ['sysdig', 'libfalcosecurity0-dev'];
const stamp = join(forky, '.docktape-complete');
const caBundle = '/etc/ssl/certs/ca-certificates.crt';

/** Makes the chroot when it is missing or broken, and makes this process's Node run in it. About a minute, once. */
export function prepareForky() {
  if (!complete()) build();
  provideNodeLibraries();
}

function complete() {
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === packages.join(' ') &&
    existsSync(join(officialHeaders, 'plugin/plugin_api.h')) &&
    spawnSync('chroot', [forky, 'sysdig', '--version'], { stdio: 'ignore' }).status === 0
  );
}

function build() {
  const keys = keyring();
  if (!keys) fail("the Debian archive's keys are missing: run `apt-get install -y debian-archive-keyring`");
  const mirror = debianMirror();
  console.log(`docktape: making a chroot of Debian forky with ${packages.join(' and ')} in ${forky} (about a minute)`);
  rmSync(forky, { recursive: true, force: true });
  mkdirSync(dirname(forky), { recursive: true });
  step('debootstrap', ['--variant=minbase', `--keyring=${keys}`, 'forky', forky, mirror, 'sid']);
  if (existsSync(caBundle)) {
    mkdirSync(join(forky, dirname(caBundle)), { recursive: true });
    copyFileSync(caBundle, join(forky, caBundle));
  }
  // A snapshot of the archive is older than its Valid-Until allows. debootstrap's --include knows no virtual packages.
  const apt = ['chroot', forky, 'apt-get', '-q', '-o', 'Acquire::Check-Valid-Until=false'];
  const proc = 'mount -t proc proc "$1/proc"; shift; exec "$@"';
  step('sh', ['-ec', proc, 'sh', forky, ...apt, 'update']);
  step('sh', ['-ec', proc, 'sh', forky, ...apt, 'install', '-y', '--no-install-recommends', ...packages]);
  step('chroot', [forky, 'apt-get', 'clean']);
  writeFileSync(stamp, packages.join(' '));
}

/**
 * Runs a program in a mount namespace of its own, so that what it mounts is gone with it, however it ends.
 *
 * @param {string} program
 * @param {string[]} args
 */
function step(program, args) {
  const env = { ...process.env, ...aptProxies(), DEBIAN_FRONTEND: 'noninteractive' };
  const command = ['--mount', '--propagation', 'private', program, ...args];
  const { status, stdout, stderr } = spawnSync('unshare', command, { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return;
  const log = `${stdout}${stderr}`.trimEnd().split('\n').slice(-15).join('\n');
  fail(`\`${[program, ...args].join(' ')}\` failed (${status}):\n${log}`);
}

/** The archive that this machine's apt takes Debian from: not the security archive, and nobody else's. */
function debianMirror() {
  const found = configuredMirror();
  if (found) return found;
  aptGet(['update']); // the origin of a repository is known only once its lists are there
  const now = configuredMirror();
  if (!now) fail("apt's configuration names no Debian archive over http or https, which the forky chroot is made from");
  return now;
}

function configuredMirror() {
  const format = '$(REPO_URI) $(ORIGIN) $(LABEL)';
  const args = ['indextargets', '--format', format, 'Created-By: Packages'];
  const targets = spawnSync('apt-get', args, { encoding: 'utf8' }).stdout.split('\n');
  return targets
    .map((target) => target.split(' '))
    .find(([uri, origin, label]) => origin === 'Debian' && label === 'Debian' && /^https?:/.test(uri ?? ''))?.[0];
}

/** debootstrap and the chroot's apt do not read this machine's apt configuration, but they read these variables. */
function aptProxies() {
  /** @type {Record<string, string>} */
  const env = {};
  for (const scheme of ['http', 'https']) {
    const script = `eval "$(apt-config shell PROXY Acquire::${scheme}::Proxy)"; printf %s "$PROXY"`;
    const proxy = spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout;
    if (proxy && proxy !== 'DIRECT') env[`${scheme}_proxy`] = proxy;
  }
  return env;
}

/**
 * The source host runs under this process's Node, which the chroot sees at the same path; the libraries that it needs
 * and forky lacks (Debian's own Node has many) are copied to the paths they have here.
 */
function provideNodeLibraries() {
  const script = 'mkdir -p "$(dirname "$1$2")"; touch "$1$2"; mount --bind "$2" "$1$2"; exec chroot "$1" ldd "$2"';
  const inChroot = ['--mount', '--propagation', 'private', 'sh', '-ec', script, 'sh', forky, process.execPath];
  const there = spawnSync('unshare', inChroot, { encoding: 'utf8' });
  if (there.status !== 0) fail(`${process.execPath} cannot run in ${forky}: ${there.stderr.trim() || there.error}`);
  const here = spawnSync('ldd', [process.execPath], { encoding: 'utf8' }).stdout;
  for (const [, library] of there.stdout.matchAll(/^\s*(\S+) => not found/gm)) {
    const line = here.split('\n').find((candidate) => candidate.trimStart().startsWith(`${library} => /`));
    const path = line?.split(' => ')[1]?.split(' (')[0];
    if (!path) fail(`${process.execPath} needs ${library}, which is not found`);
    mkdirSync(dirname(join(forky, path)), { recursive: true });
    copyFileSync(path, join(forky, path));
  }
}
