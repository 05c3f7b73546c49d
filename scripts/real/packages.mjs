import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { fail } from '../run.mjs';

/** Where Debian's keyring package puts the archive's keys; newer ones use the second name. */
const keyrings = ['gpg', 'pgp'].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`);

/** What a run against the real things needs: how to tell that it is there, and the Debian package that brings it. */
const needs = {
  dockerd: { what: 'the Docker daemon', debian: 'docker.io', has: () => programs('dockerd', 'containerd', 'runc') },
  busybox: { what: 'a static busybox', debian: 'busybox-static', has: () => staticBusybox() !== undefined },
  debootstrap: { what: 'debootstrap', debian: 'debootstrap', has: () => programs('debootstrap') },
  keyring: { what: "the Debian archive's keys", debian: 'debian-archive-keyring', has: () => keyring() !== undefined },
};

/**
 * Installs what is missing, and makes sure that no service is started by it. Ends the process with a hint when it cannot.
 *
 * @param {(keyof typeof needs)[]} names
 */
export function requirePackages(names) {
  const missing = names.map((name) => needs[name]).filter((need) => !need.has());
  if (missing.length === 0) return;
  const packages = missing.map((need) => need.debian);
  const what = missing.map((need) => need.what).join(', ');
  if (process.getuid?.() !== 0 || !programs('apt-get')) {
    fail(`${what} missing: run \`sudo apt-get install -y ${packages.join(' ')}\` (or your system's packages of them)`);
  }
  console.log(`docktape: installing ${what}`);
  aptGet(['update']);
  withoutServices(() => aptGet(['install', '-y', '--no-install-recommends', ...packages]));
  const still = missing.filter((need) => !need.has());
  if (still.length > 0)
    fail(`${still.map((need) => need.debian).join(', ')} installed, but ${still[0]?.what} is still not found`);
}

/** @param {string[]} args */
export function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) fail(`\`apt-get ${args.join(' ')}\` failed:\n${stderr || stdout}`);
}

/** @returns {string | undefined} the keyring's path */
export function keyring() {
  return keyrings.find((path) => existsSync(path));
}

/** @returns {string | undefined} the path of a busybox that needs no library, as the image holds nothing else */
export function staticBusybox() {
  const path = ['/bin/busybox', '/usr/bin/busybox'].find((candidate) => existsSync(candidate));
  if (!path) return undefined;
  return spawnSync('ldd', [path], { encoding: 'utf8' }).stdout.includes('=>') ? undefined : path;
}

/** @param {string[]} names */
function programs(...names) {
  return names.every(
    (name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * Debian's packages ask /usr/sbin/policy-rc.d before they start a service; 101 means no. A policy that is already there
 * is the machine's own and stays.
 *
 * @param {() => void} action
 */
function withoutServices(action) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    process.once('exit', () => rmSync(policy, { force: true }));
  }
  action();
  if (ours) rmSync(policy, { force: true });
}
