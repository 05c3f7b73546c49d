import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { installMissing, onPath } from '../packages.mjs';

/** Where Debian's keyring package puts the archive's keys; newer ones use the second name. */
const keyrings = ['gpg', 'pgp'].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`);

/** What a run against the real things needs: how to tell that it is there, and the Debian package that brings it. */
const needs = {
  dockerd: { what: 'the Docker daemon', debian: 'docker.io', has: () => onPath('dockerd', 'containerd', 'runc') },
  busybox: { what: 'a static busybox', debian: 'busybox-static', has: () => staticBusybox() !== undefined },
  debootstrap: { what: 'debootstrap', debian: 'debootstrap', has: () => onPath('debootstrap') },
  clang: { what: 'clang', debian: 'clang', has: () => onPath('clang++') },
  fuzzer: { what: "clang's fuzzer", debian: 'libclang-rt-dev', has: () => hasFuzzer() },
  symbolizer: { what: 'names in stacks of clang', debian: 'llvm', has: () => onPath('llvm-symbolizer') },
  keyring: { what: "the Debian archive's keys", debian: 'debian-archive-keyring', has: () => keyring() !== undefined },
};

/**
 * Installs what is missing, and makes sure that no service is started by it. Ends the process with a hint when it cannot.
 *
 * @param {(keyof typeof needs)[]} names
 */
export function requirePackages(names) {
  installMissing(
    names.map((name) => needs[name]),
    withoutServices,
  );
}

/** @returns {string | undefined} the keyring's path */
export function keyring() {
  return keyrings.find((path) => existsSync(path));
}

/** Debian's clang only recommends the library that a fuzzer is linked with. */
function hasFuzzer() {
  const input = 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }';
  const args = ['-fsanitize=fuzzer,address,undefined', '-x', 'c++', '-', '-o', '/dev/null'];
  return spawnSync('clang++', args, { input, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** @returns {string | undefined} the path of a busybox that needs no library, as the image holds nothing else */
export function staticBusybox() {
  const path = ['/bin/busybox', '/usr/bin/busybox'].find((candidate) => existsSync(candidate));
  if (!path) return undefined;
  return spawnSync('ldd', [path], { encoding: 'utf8' }).stdout.includes('=>') ? undefined : path;
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
