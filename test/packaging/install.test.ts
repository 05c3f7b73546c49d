import { type ChildProcess, type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { entries, filesBelow, fingerprint } from './support/folder-listing.js';
import { elfHeader, type MadeUpBundle, makeBundle } from './support/made-up-bundle.js';

const hasBusybox = spawnSync('busybox', ['true']).status === 0;
const shells = [['sh'], ...(hasBusybox ? [['busybox', 'sh']] : [])];

/** Where a prefix of one's own has its rules. */
const rulesPath = 'etc/falco/docker_rules.yaml';
const pluginsPath = 'share/falco/plugins';

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('$name', ({ shell }) => {
  let folder: string;
  let prefix: string;
  const running: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'docktape-install-'));
    chmodSync(folder, 0o755);
    prefix = join(folder, 'prefix');
  });

  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function run(script: string, args: readonly string[], options: SpawnSyncOptions = {}) {
    const [program = '', ...first] = shell;
    const { status, stdout, stderr, error } = spawnSync(program, [...first, script, ...args], { ...options });
    if (error) throw error;
    return { status, stdout: String(stdout), stderr: String(stderr) };
  }

  /** Installs under the prefix and expects that to work; gives what was said. */
  function install({ folder: from }: MadeUpBundle): string {
    const { status, stdout, stderr } = run(join(from, 'install.sh'), ['--prefix', prefix]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
  }

  /** Runs the installed copy. */
  function uninstall() {
    return run(join(prefix, 'share/docktape/install.sh'), ['--uninstall']);
  }

  /** A process that runs the runtime of an installed version. */
  async function startRuntime(version: string): Promise<ChildProcess> {
    return start(join(prefix, pluginsPath, `docktape-${version}/bin/node`), {});
  }

  async function start(program: string, env: Record<string, string>): Promise<ChildProcess> {
    const child = spawn(program, ['60'], { env: { ...process.env, ...env }, stdio: 'ignore' });
    running.push(child);
    await once(child, 'spawn');
    return child;
  }

  async function end(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  const read = (path: string) => readFileSync(join(prefix, path), 'utf8');

  describe('01 installing', () => {
    test('puts each thing in its place', () => {
      const bundle = makeBundle(folder, '1.0.0');
      const said = install(bundle);
      expect(said).toContain('docktape 1.0.0 is installed');
      expect(filesBelow(prefix)).toEqual(
        [
          'bin/docktape',
          'etc/falco/docker_rules.yaml',
          'share/docktape/CHANGELOG.md',
          'share/docktape/LICENSE',
          'share/docktape/falco/docktape.yaml',
          'share/docktape/install.sh',
          ...filesBelow(join(bundle.folder, 'installer')).map((name) => `share/docktape/installer/${name}`),
          'share/docktape/manifest',
          'share/docktape/systemd/docktape-record.service',
          'share/falco/plugins/docktape-1.0.0/bin/node',
          'share/falco/plugins/docktape-1.0.0/dist/cli.js',
          'share/falco/plugins/docktape-1.0.0/docktape',
          'share/falco/plugins/docktape-1.0.0/docktape-host',
          'share/falco/plugins/docktape-1.0.0/node_modules/@scope/a-package/index.js',
          'share/falco/plugins/libdocker.so',
        ].sort(),
      );
      const { stdout } = spawnSync(join(prefix, 'bin/docktape'), ['replay', 'a b.db'], { encoding: 'utf8' });
      expect(stdout).toBe('docktape 1.0.0: replay a b.db\n');
    });

    test('names the installed paths in what it installs of configuration', () => {
      install(makeBundle(folder, '1.0.0'));
      expect(read('share/docktape/falco/docktape.yaml')).toBe(
        [
          `# ${prefix}/share/docktape/install.sh`,
          `plugins: [{ name: docker, library_path: ${prefix}/share/falco/plugins/libdocker.so }]`,
          `rules_files: [${prefix}/etc/falco/docker_rules.yaml]`,
          '',
        ].join('\n'),
      );
      expect(read('share/docktape/systemd/docktape-record.service')).toBe(
        `ExecStart=${prefix}/bin/docktape record\nExecStartPre=/usr/bin/falco\n`,
      );
    });

    test('changes nothing when it is done again', () => {
      const bundle = makeBundle(folder, '1.0.0');
      install(bundle);
      const before = fingerprint(prefix);
      expect(install(bundle)).toBe('docktape 1.0.0 is already installed: nothing to do\n');
      expect(fingerprint(prefix)).toEqual(before);
    });

    test('repairs what is missing or damaged', () => {
      const bundle = makeBundle(folder, '1.0.0');
      install(bundle);
      rmSync(join(prefix, pluginsPath, 'docktape-1.0.0/node_modules'), { recursive: true });
      writeFileSync(join(prefix, pluginsPath, 'docktape-1.0.0/docktape'), 'damaged');
      rmSync(join(prefix, 'share/docktape/LICENSE'));
      install(bundle);
      expect(spawnSync(join(prefix, 'bin/docktape'), ['x'], { encoding: 'utf8' }).stdout).toBe('docktape 1.0.0: x\n');
      expect(read('share/docktape/LICENSE')).toBe('the licence\n');
      expect(existsSync(join(prefix, pluginsPath, 'docktape-1.0.0/node_modules/@scope/a-package/index.js'))).toBe(true);
    });

    test('is readable for everybody, however the archive was unpacked', () => {
      const bundle = makeBundle(folder, '1.0.0');
      for (const path of entries(bundle.folder)) {
        const { mode } = statSync(join(bundle.folder, path));
        chmodSync(join(bundle.folder, path), mode & 0o700);
      }
      const before = process.umask(0o077);
      try {
        install(bundle);
      } finally {
        process.umask(before);
      }
      const executable = ['bin/docktape', 'docktape', 'docktape-host', 'bin/node', 'install.sh', 'libdocker.so'];
      for (const path of entries(prefix)) {
        const stat = statSync(join(prefix, path));
        const runs = stat.isDirectory() || executable.some((name) => path.endsWith(`/${name}`) || path === name);
        const expected = runs && !path.endsWith('libdocker.so') ? 0o755 : 0o644;
        expect(`${path} ${(stat.mode & 0o7777).toString(8)}`).toBe(`${path} ${expected.toString(8)}`);
      }
    });

    test('goes below --destdir for packagers, for the paths that it will have', () => {
      const bundle = makeBundle(folder, '1.0.0', { 'plugins/libdocker.so': elfHeader(40) });
      const stage = join(folder, 'stage');
      expect(run(join(bundle.folder, 'install.sh'), [`--destdir=${stage}`]).stderr).toBe('');
      expect(existsSync(join(stage, 'etc/falco/docker_rules.yaml'))).toBe(true);
      expect(readFileSync(join(stage, 'usr/bin/docktape'), 'utf8')).toContain(
        'exec /usr/share/falco/plugins/docktape-1.0.0/docktape "$@"',
      );
      for (const name of ['falco/docktape.yaml', 'systemd/docktape-record.service']) {
        const installed = readFileSync(join(stage, 'usr/share/docktape', name), 'utf8');
        expect(installed).toBe(readFileSync(join(bundle.folder, name), 'utf8'));
      }
      const removed = run(join(stage, 'usr/share/docktape/install.sh'), ['--uninstall']);
      expect(removed).toEqual({ status: 0, stdout: 'docktape is removed\n', stderr: '' });
      expect(entries(stage)).toEqual([]);
    });
  });

  describe('02 upgrading', () => {
    test('replaces what is there and leaves nothing of the old version', () => {
      install(makeBundle(folder, '1.0.0', { 'plugins/docktape-1.0.0/only-in-1.0.0.js': '', 'OLD.md': 'old' }));
      const clean = join(folder, 'clean');
      const next = makeBundle(folder, '1.1.0');
      install(next);
      const upgraded = filesBelow(prefix);
      prefix = clean;
      install(next);
      expect(upgraded).toEqual(filesBelow(clean));
    });

    test('gives a file a new inode, so that a running program keeps the one it has', () => {
      const old = makeBundle(folder, '1.0.0');
      install(old);
      const kept = ['libdocker.so', 'docktape-1.0.0/bin/node', 'docktape-1.0.0/dist/cli.js'].map((name) => {
        const link = join(folder, name.replaceAll('/', '-'));
        linkSync(join(prefix, pluginsPath, name), link);
        return { link, content: readFileSync(link) };
      });
      const again = join(folder, 'again');
      const other = makeBundle(again, '1.0.0', {
        'plugins/libdocker.so': Buffer.concat([readFileSync(join(old.folder, 'plugins/libdocker.so')), Buffer.of(1)]),
        'plugins/docktape-1.0.0/dist/cli.js': '// built again\n',
      });
      writeFileSync(join(other.folder, 'plugins/docktape-1.0.0/bin/node'), '#!/bin/sh\nexit 0\n');
      install(other);
      for (const { link, content } of kept) expect(readFileSync(link).equals(content)).toBe(true);
      expect(read(`${pluginsPath}/docktape-1.0.0/dist/cli.js`)).toBe('// built again\n');
    });

    test('keeps an old version that a process runs, until the next run after its end', async () => {
      install(makeBundle(folder, '1.0.0'));
      const host = await startRuntime('1.0.0');
      const next = makeBundle(folder, '1.1.0');
      const before = fingerprint(join(prefix, pluginsPath, 'docktape-1.0.0'));
      expect(install(next)).toContain(
        `kept ${prefix}/share/falco/plugins/docktape-1.0.0: it is in use by process ${host.pid}; `,
      );
      expect(fingerprint(join(prefix, pluginsPath, 'docktape-1.0.0'))).toEqual(before);
      expect(install(next)).toContain('docktape-1.0.0: it is in use');
      await end(host);
      expect(install(next)).not.toContain('kept');
      expect(existsSync(join(prefix, pluginsPath, 'docktape-1.0.0'))).toBe(false);
      expect(uninstall().status).toBe(0);
      expect(existsSync(prefix)).toBe(false);
    });

    test('keeps an old version whose library a process has loaded: it may start its host again', async () => {
      const real = readFileSync(projectPath('build/Release/libdocker.so'));
      install(makeBundle(folder, '1.0.0', { 'plugins/libdocker.so': real }));
      const falco = await start('/bin/sleep', { LD_PRELOAD: join(prefix, pluginsPath, 'libdocker.so') });
      const next = makeBundle(folder, '1.1.0');
      expect(install(next)).toContain('docktape-1.0.0: a process has its libdocker.so loaded');
      await end(falco);
      install(next);
      expect(existsSync(join(prefix, pluginsPath, 'docktape-1.0.0'))).toBe(false);
    });
  });

  describe('03 rules', () => {
    test('are replaced while nobody has changed them', () => {
      install(makeBundle(folder, '1.0.0'));
      install(makeBundle(folder, '1.1.0'));
      expect(read(rulesPath)).toBe('# rules of 1.1.0\n');
    });

    test('stay as the user changed them, with the new ones beside them', () => {
      install(makeBundle(folder, '1.0.0'));
      writeFileSync(join(prefix, rulesPath), '# mine\n');
      const next = makeBundle(folder, '1.1.0');
      expect(install(next)).toContain(
        `kept ${prefix}/etc/falco/docker_rules.yaml, which was changed; the rules of this version are beside it in docker_rules.yaml.new\n`,
      );
      expect(read(rulesPath)).toBe('# mine\n');
      expect(read(`${rulesPath}.new`)).toBe('# rules of 1.1.0\n');
      const before = fingerprint(prefix);
      expect(install(next)).toContain('is already installed');
      expect(fingerprint(prefix)).toEqual(before);
    });

    test('are replaced again after the user took the new ones', () => {
      install(makeBundle(folder, '1.0.0'));
      writeFileSync(join(prefix, rulesPath), '# mine\n');
      install(makeBundle(folder, '1.1.0'));
      renameSync(join(prefix, `${rulesPath}.new`), join(prefix, rulesPath));
      expect(install(makeBundle(folder, '1.2.0'))).not.toContain('kept');
      expect(read(rulesPath)).toBe('# rules of 1.2.0\n');
      expect(existsSync(join(prefix, `${rulesPath}.new`))).toBe(false);
    });

    test('that were there before stay, also when docktape goes', () => {
      mkdirSync(join(prefix, 'etc/falco'), { recursive: true });
      writeFileSync(join(prefix, rulesPath), '# of somebody else\n');
      expect(install(makeBundle(folder, '1.0.0'))).toContain('kept');
      uninstall();
      expect(filesBelow(prefix)).toEqual([rulesPath]);
      expect(read(rulesPath)).toBe('# of somebody else\n');
    });
  });

  describe('04 uninstalling', () => {
    test('leaves nothing', () => {
      const bundle = makeBundle(folder, '1.0.0');
      install(bundle);
      expect(uninstall()).toEqual({ status: 0, stdout: 'docktape is removed\n', stderr: '' });
      expect(existsSync(prefix)).toBe(false);
    });

    test('works from the archive too', () => {
      const bundle = makeBundle(folder, '1.0.0');
      install(bundle);
      expect(run(join(bundle.folder, 'install.sh'), ['--uninstall', '--prefix', prefix]).status).toBe(0);
      expect(existsSync(prefix)).toBe(false);
    });

    test('leaves the folders and files of others', () => {
      const others = ['bin/other', 'share/falco/plugins/libother.so', 'etc/falco/falco.yaml', 'share/docs'];
      mkdirSync(join(prefix, 'share/docs'), { recursive: true });
      for (const path of others.slice(0, -1)) {
        mkdirSync(join(prefix, dirname(path)), { recursive: true });
        writeFileSync(join(prefix, path), 'other');
      }
      const before = entries(prefix);
      install(makeBundle(folder, '1.0.0'));
      uninstall();
      expect(entries(prefix)).toEqual(before);
    });

    test('keeps what was changed or added, and names it', () => {
      install(makeBundle(folder, '1.0.0'));
      writeFileSync(join(prefix, rulesPath), '# mine\n');
      writeFileSync(join(prefix, pluginsPath, 'docktape-1.0.0/notes.txt'), 'mine');
      const { status, stdout } = uninstall();
      expect(status).toBe(0);
      expect(stdout).toContain(`kept ${prefix}/${rulesPath}: it was changed after it was installed\n`);
      expect(stdout).toContain(
        `kept ${prefix}/${pluginsPath}/docktape-1.0.0: it holds files that were not installed with docktape\n`,
      );
      expect(filesBelow(prefix)).toEqual([rulesPath, `${pluginsPath}/docktape-1.0.0/notes.txt`]);
    });

    test('keeps what a process runs, says so with exit code 1, and removes it the next time', async () => {
      install(makeBundle(folder, '1.0.0'));
      const host = await startRuntime('1.0.0');
      const first = uninstall();
      expect(first.stdout).toContain(`docktape-1.0.0: it is in use by process ${host.pid}; `);
      expect(first.status).toBe(1);
      expect(existsSync(join(prefix, 'bin'))).toBe(false);
      expect(existsSync(join(prefix, pluginsPath, 'libdocker.so'))).toBe(false);
      expect(existsSync(join(prefix, pluginsPath, 'docktape-1.0.0/dist/cli.js'))).toBe(true);
      await end(host);
      expect(uninstall().status).toBe(0);
      expect(existsSync(prefix)).toBe(false);
    });
  });

  describe('05 errors are one line that says what to do', () => {
    function fails(script: string, args: readonly string[], options: SpawnSyncOptions = {}): string {
      const { status, stdout, stderr } = run(script, args, options);
      expect(stdout).toBe('');
      expect(status).toBe(2);
      expect(stderr).toMatch(/^install\.sh: .*\n$/);
      return stderr;
    }

    /** The environment with a program of a test's own before the system's. */
    function withPrograms(programs: Record<string, string>): NodeJS.ProcessEnv {
      const bin = join(folder, 'programs');
      mkdirSync(bin);
      for (const [name, script] of Object.entries(programs)) {
        writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      }
      return { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    }

    test.each([
      [['--prefx', '/opt'], "unknown option '--prefx': the options are"],
      [['/opt'], "unknown option '/opt'"],
      [['--prefix'], '--prefix needs a folder: --prefix DIR'],
      [['--prefix', 'opt'], "--prefix 'opt' is not an absolute path"],
      [['--prefix', "/opt/it's"], "--prefix '/opt/it's' has to be a plain path"],
      [['--destdir=/tmp/../etc'], "--destdir '/tmp/../etc' has to be a plain path"],
    ])('%j', (args, expected) => {
      expect(fails(join(makeBundle(folder, '1.0.0').folder, 'install.sh'), args)).toContain(expected);
    });

    test('an archive for another processor', () => {
      const other = process.arch === 'arm64' ? 62 : 183;
      const bundle = makeBundle(folder, '1.0.0', { 'plugins/libdocker.so': elfHeader(other) });
      const said = fails(join(bundle.folder, 'install.sh'), ['--prefix', prefix]);
      expect(said).toMatch(
        /this archive is for (x86_64|aarch64) and this machine is (x86_64|aarch64): take the archive/,
      );
      expect(existsSync(prefix)).toBe(false);
    });

    test('an old glibc', () => {
      const env = withPrograms({ getconf: 'echo glibc 2.31' });
      const said = fails(join(makeBundle(folder, '1.0.0').folder, 'install.sh'), ['--prefix', prefix], { env });
      expect(said).toContain('this system has glibc 2.31 and docktape needs 2.34 or newer');
      expect(existsSync(prefix)).toBe(false);
    });

    test('an old glibc that only ldd tells of', () => {
      const env = withPrograms({
        getconf: 'exit 127',
        ldd: 'echo "ldd (GNU libc) 2.28"; echo "Copyright (C) 2018 ..."',
      });
      const said = fails(join(makeBundle(folder, '1.0.0').folder, 'install.sh'), ['--prefix', prefix], { env });
      expect(said).toContain('this system has glibc 2.28');
    });

    test('musl', () => {
      const env = withPrograms({
        getconf: 'exit 1',
        ldd: 'echo "musl libc (x86_64)" >&2; echo Version 1.2.5 >&2; exit 1',
      });
      const said = fails(join(makeBundle(folder, '1.0.0').folder, 'install.sh'), ['--prefix', prefix], { env });
      expect(said).toContain("this system's C library is musl");
    });

    test('a newer major version of glibc is new enough', () => {
      const env = withPrograms({ getconf: 'echo glibc 3.0' });
      const bundle = makeBundle(folder, '1.0.0');
      expect(run(join(bundle.folder, 'install.sh'), ['--prefix', prefix], { env }).status).toBe(0);
    });

    test('a runtime that lacks a library', () => {
      const bundle = makeBundle(folder, '1.0.0');
      const why = 'node: error while loading shared libraries: libstdc++.so.6: cannot open shared object file';
      writeFileSync(join(bundle.folder, 'plugins/docktape-1.0.0/bin/node'), `#!/bin/sh\necho "${why}" >&2\nexit 127\n`);
      expect(fails(join(bundle.folder, 'install.sh'), ['--prefix', prefix])).toContain(
        `the bundled Node does not start (${why}): it needs glibc's loader, libstdc++.so.6 and libgcc_s.so.1`,
      );
      expect(existsSync(prefix)).toBe(false);
    });

    test('a place where one may not write', () => {
      const bundle = makeBundle(folder, '1.0.0');
      const closed = join(folder, 'closed');
      mkdirSync(closed, { mode: 0o555 });
      // Root may write anywhere.
      const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      expect(fails(join(bundle.folder, 'install.sh'), ['--prefix', `${closed}/deep`], user)).toContain(
        `cannot write to ${closed}: run it as root, or choose another place with --prefix DIR`,
      );
    });

    test.each(['share/falco/plugins/libdocker.so', 'bin/docktape'])("somebody else's %s", (path) => {
      mkdirSync(join(prefix, dirname(path)), { recursive: true });
      writeFileSync(join(prefix, path), 'of somebody else');
      const before = fingerprint(prefix);
      const bundle = makeBundle(folder, '1.0.0');
      expect(fails(join(bundle.folder, 'install.sh'), ['--prefix', prefix])).toContain(
        `${prefix}/${path} is there and not from this installer: move it away`,
      );
      expect(fingerprint(prefix)).toEqual(before);
    });

    test('an archive of which a part is missing', () => {
      const bundle = makeBundle(folder, '1.0.0');
      rmSync(join(bundle.folder, 'plugins/libdocker.so'));
      expect(fails(join(bundle.folder, 'install.sh'), ['--prefix', prefix])).toContain(
        'plugins/libdocker.so is missing: unpack the whole archive',
      );
      const alone = join(folder, 'alone/install.sh');
      mkdirSync(dirname(alone));
      copyFileSync(join(bundle.folder, 'install.sh'), alone);
      expect(fails(alone, ['--prefix', prefix])).toContain('installer is missing: unpack the whole archive');
    });

    test('installing with the installed copy', () => {
      install(makeBundle(folder, '1.0.0'));
      expect(fails(join(prefix, 'share/docktape/install.sh'), [])).toContain('this is the installed copy');
    });

    test('uninstalling what is not installed', () => {
      const bundle = makeBundle(folder, '1.0.0');
      expect(fails(join(bundle.folder, 'install.sh'), ['--uninstall', '--prefix', prefix])).toContain(
        `docktape is not installed at ${prefix}`,
      );
    });

    test('--help is no error', () => {
      const { status, stdout, stderr } = run(join(makeBundle(folder, '1.0.0').folder, 'install.sh'), ['--help']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: /);
    });
  });
});
