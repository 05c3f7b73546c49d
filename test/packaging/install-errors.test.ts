import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fingerprint } from './support/folder-listing.js';
import { Installer, shells } from './support/installer.js';
import { elfHeader, makeBundle } from './support/made-up-bundle.js';

describe.each(shells)('%s', (shell) => {
  const installer = new Installer(shell);

  describe('errors are one line that says what to do', () => {
    /** The environment with a program of a test's own before the system's. */
    function withPrograms(programs: Record<string, string>): NodeJS.ProcessEnv {
      const bin = join(installer.folder, 'programs');
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
      expect(installer.fails(join(makeBundle(installer.folder, '1.0.0').folder, 'install.sh'), args)).toContain(
        expected,
      );
    });

    test('an archive for another processor', () => {
      const other = process.arch === 'arm64' ? 62 : 183;
      const bundle = makeBundle(installer.folder, '1.0.0', { 'plugins/libdocker.so': elfHeader(other) });
      const said = installer.fails(join(bundle.folder, 'install.sh'), ['--prefix', installer.prefix]);
      expect(said).toMatch(
        /this archive is for (x86_64|aarch64) and this machine is (x86_64|aarch64): take the archive/,
      );
      expect(existsSync(installer.prefix)).toBe(false);
    });

    test.each([
      ['an old glibc', { getconf: 'echo glibc 2.31' }, 'this system has glibc 2.31 and docktape needs 2.34 or newer'],
      [
        'an old glibc that only ldd tells of',
        { getconf: 'exit 127', ldd: 'echo "ldd (GNU libc) 2.28"; echo "Copyright (C) 2018 ..."' },
        'this system has glibc 2.28 and docktape needs 2.34 or newer',
      ],
      [
        'musl',
        { getconf: 'exit 1', ldd: 'echo "musl libc (x86_64)" >&2; echo Version 1.2.5 >&2; exit 1' },
        "this system's C library is musl",
      ],
    ])('%s', (_, programs: Record<string, string>, expected) => {
      const script = join(makeBundle(installer.folder, '1.0.0').folder, 'install.sh');
      const said = installer.fails(script, ['--prefix', installer.prefix], { env: withPrograms(programs) });
      expect(said).toContain(expected);
      expect(existsSync(installer.prefix)).toBe(false);
    });

    test('a newer major version of glibc is new enough', () => {
      const env = withPrograms({ getconf: 'echo glibc 3.0' });
      const bundle = makeBundle(installer.folder, '1.0.0');
      expect(installer.run(join(bundle.folder, 'install.sh'), ['--prefix', installer.prefix], { env }).status).toBe(0);
    });

    test('a runtime that lacks a library', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      const why = 'node: error while loading shared libraries: libstdc++.so.6: cannot open shared object file';
      writeFileSync(join(bundle.folder, 'plugins/docktape-1.0.0/bin/node'), `#!/bin/sh\necho "${why}" >&2\nexit 127\n`);
      expect(installer.fails(join(bundle.folder, 'install.sh'), ['--prefix', installer.prefix])).toContain(
        `the bundled Node does not start (${why}): it needs glibc's loader, libstdc++.so.6 and libgcc_s.so.1`,
      );
      expect(existsSync(installer.prefix)).toBe(false);
    });

    test('a place where one may not write', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      const closed = join(installer.folder, 'closed');
      mkdirSync(closed, { mode: 0o555 });
      // Root may write anywhere.
      const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      expect(installer.fails(join(bundle.folder, 'install.sh'), ['--prefix', `${closed}/deep`], user)).toContain(
        `cannot write to ${closed}: run it as root, or choose another place with --prefix DIR`,
      );
    });

    test.each(['share/falco/plugins/libdocker.so', 'bin/docktape'])("somebody else's %s", (path) => {
      mkdirSync(join(installer.prefix, dirname(path)), { recursive: true });
      writeFileSync(join(installer.prefix, path), 'of somebody else');
      const before = fingerprint(installer.prefix);
      const bundle = makeBundle(installer.folder, '1.0.0');
      expect(installer.fails(join(bundle.folder, 'install.sh'), ['--prefix', installer.prefix])).toContain(
        `${installer.prefix}/${path} is there and not from this installer: move it away`,
      );
      expect(fingerprint(installer.prefix)).toEqual(before);
    });

    test('an archive of which a part is missing', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      rmSync(join(bundle.folder, 'plugins/libdocker.so'));
      expect(installer.fails(join(bundle.folder, 'install.sh'), ['--prefix', installer.prefix])).toContain(
        'plugins/libdocker.so is missing: unpack the whole archive',
      );
      const alone = join(installer.folder, 'alone/install.sh');
      mkdirSync(dirname(alone));
      copyFileSync(join(bundle.folder, 'install.sh'), alone);
      expect(installer.fails(alone, ['--prefix', installer.prefix])).toContain(
        'installer is missing: unpack the whole archive',
      );
    });

    test('installing with the installed copy', () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      expect(installer.fails(join(installer.prefix, 'share/docktape/install.sh'), [])).toContain(
        'this is the installed copy',
      );
    });

    test('uninstalling what is not installed', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      expect(
        installer.fails(join(bundle.folder, 'install.sh'), ['--uninstall', '--prefix', installer.prefix]),
      ).toContain(`docktape is not installed at ${installer.prefix}`);
    });

    test('--help is no error', () => {
      const { status, stdout, stderr } = installer.run(
        join(makeBundle(installer.folder, '1.0.0').folder, 'install.sh'),
        ['--help'],
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: /);
    });
  });
});
