import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { entries, filesBelow, fingerprint } from './support/folder-listing.js';
import { Installer, pluginsPath, shells } from './support/installer.js';
import { elfHeader, makeBundle } from './support/made-up-bundle.js';

describe.each(shells)('%s', (shell) => {
  const installer = new Installer(shell);

  describe('01 installing', () => {
    test('puts each thing in its place', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      const said = installer.install(bundle);
      expect(said).toContain('docktape 1.0.0 is installed');
      expect(filesBelow(installer.prefix)).toEqual(
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
      const { stdout } = spawnSync(join(installer.prefix, 'bin/docktape'), ['replay', 'a b.db'], { encoding: 'utf8' });
      expect(stdout).toBe('docktape 1.0.0: replay a b.db\n');
    });

    test('names the installed paths in what it installs of configuration', () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      expect(installer.read('share/docktape/falco/docktape.yaml')).toBe(
        [
          `# ${installer.prefix}/share/docktape/install.sh`,
          `plugins: [{ name: docker, library_path: ${installer.prefix}/share/falco/plugins/libdocker.so }]`,
          `rules_files: [${installer.prefix}/etc/falco/docker_rules.yaml]`,
          '',
        ].join('\n'),
      );
      expect(installer.read('share/docktape/systemd/docktape-record.service')).toBe(
        `ExecStart=${installer.prefix}/bin/docktape record\nExecStartPre=/usr/bin/falco\n`,
      );
    });

    test('changes nothing when it is done again', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      installer.install(bundle);
      const before = fingerprint(installer.prefix);
      expect(installer.install(bundle)).toBe('docktape 1.0.0 is already installed: nothing to do\n');
      expect(fingerprint(installer.prefix)).toEqual(before);
    });

    test('repairs what is missing or damaged', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      installer.install(bundle);
      rmSync(join(installer.prefix, pluginsPath, 'docktape-1.0.0/node_modules'), { recursive: true });
      writeFileSync(join(installer.prefix, pluginsPath, 'docktape-1.0.0/docktape'), 'damaged');
      rmSync(join(installer.prefix, 'share/docktape/LICENSE'));
      installer.install(bundle);
      expect(spawnSync(join(installer.prefix, 'bin/docktape'), ['x'], { encoding: 'utf8' }).stdout).toBe(
        'docktape 1.0.0: x\n',
      );
      expect(installer.read('share/docktape/LICENSE')).toBe('the licence\n');
      expect(
        existsSync(join(installer.prefix, pluginsPath, 'docktape-1.0.0/node_modules/@scope/a-package/index.js')),
      ).toBe(true);
    });

    test('is readable for everybody, however the archive was unpacked', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      for (const path of entries(bundle.folder)) {
        const { mode } = statSync(join(bundle.folder, path));
        chmodSync(join(bundle.folder, path), mode & 0o700);
      }
      const before = process.umask(0o077);
      try {
        installer.install(bundle);
      } finally {
        process.umask(before);
      }
      const executable = ['bin/docktape', 'docktape', 'docktape-host', 'bin/node', 'install.sh', 'libdocker.so'];
      for (const path of entries(installer.prefix)) {
        const stat = statSync(join(installer.prefix, path));
        const runs = stat.isDirectory() || executable.some((name) => path.endsWith(`/${name}`) || path === name);
        const expected = runs && !path.endsWith('libdocker.so') ? 0o755 : 0o644;
        expect(`${path} ${(stat.mode & 0o7777).toString(8)}`).toBe(`${path} ${expected.toString(8)}`);
      }
    });

    test('goes below --destdir for packagers, for the paths that it will have', () => {
      const bundle = makeBundle(installer.folder, '1.0.0', { 'plugins/libdocker.so': elfHeader(40) });
      const stage = join(installer.folder, 'stage');
      expect(installer.run(join(bundle.folder, 'install.sh'), [`--destdir=${stage}`]).stderr).toBe('');
      expect(existsSync(join(stage, 'etc/falco/docker_rules.yaml'))).toBe(true);
      expect(readFileSync(join(stage, 'usr/bin/docktape'), 'utf8')).toContain(
        'exec /usr/share/falco/plugins/docktape-1.0.0/docktape "$@"',
      );
      for (const name of ['falco/docktape.yaml', 'systemd/docktape-record.service']) {
        const installed = readFileSync(join(stage, 'usr/share/docktape', name), 'utf8');
        expect(installed).toBe(readFileSync(join(bundle.folder, name), 'utf8'));
      }
      const removed = installer.run(join(stage, 'usr/share/docktape/install.sh'), ['--uninstall']);
      expect(removed).toEqual({ status: 0, stdout: 'docktape is removed\n', stderr: '' });
      expect(entries(stage)).toEqual([]);
    });
  });

  describe('02 upgrading', () => {
    test('replaces what is there and leaves nothing of the old version', () => {
      installer.install(
        makeBundle(installer.folder, '1.0.0', { 'plugins/docktape-1.0.0/only-in-1.0.0.js': '', 'OLD.md': 'old' }),
      );
      const clean = join(installer.folder, 'clean');
      const next = makeBundle(installer.folder, '1.1.0');
      installer.install(next);
      const upgraded = filesBelow(installer.prefix);
      installer.prefix = clean;
      installer.install(next);
      expect(upgraded).toEqual(filesBelow(clean));
    });

    test('gives a file a new inode, so that a running program keeps the one it has', () => {
      const old = makeBundle(installer.folder, '1.0.0');
      installer.install(old);
      const kept = ['libdocker.so', 'docktape-1.0.0/bin/node', 'docktape-1.0.0/dist/cli.js'].map((name) => {
        const link = join(installer.folder, name.replaceAll('/', '-'));
        linkSync(join(installer.prefix, pluginsPath, name), link);
        return { link, content: readFileSync(link) };
      });
      const again = join(installer.folder, 'again');
      const other = makeBundle(again, '1.0.0', {
        'plugins/libdocker.so': Buffer.concat([readFileSync(join(old.folder, 'plugins/libdocker.so')), Buffer.of(1)]),
        'plugins/docktape-1.0.0/dist/cli.js': '// built again\n',
      });
      writeFileSync(join(other.folder, 'plugins/docktape-1.0.0/bin/node'), '#!/bin/sh\nexit 0\n');
      installer.install(other);
      for (const { link, content } of kept) expect(readFileSync(link).equals(content)).toBe(true);
      expect(installer.read(`${pluginsPath}/docktape-1.0.0/dist/cli.js`)).toBe('// built again\n');
    });

    test('keeps an old version that a process runs, until the next run after its end', async () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      const host = await installer.startRuntime('1.0.0');
      const next = makeBundle(installer.folder, '1.1.0');
      const before = fingerprint(join(installer.prefix, pluginsPath, 'docktape-1.0.0'));
      expect(installer.install(next)).toContain(
        `kept ${installer.prefix}/share/falco/plugins/docktape-1.0.0: it is in use by process ${host.pid}; `,
      );
      expect(fingerprint(join(installer.prefix, pluginsPath, 'docktape-1.0.0'))).toEqual(before);
      expect(installer.install(next)).toContain('docktape-1.0.0: it is in use');
      await installer.end(host);
      expect(installer.install(next)).not.toContain('kept');
      expect(existsSync(join(installer.prefix, pluginsPath, 'docktape-1.0.0'))).toBe(false);
      expect(installer.uninstall().status).toBe(0);
      expect(existsSync(installer.prefix)).toBe(false);
    });

    test('keeps an old version whose library a process has loaded: it may start its host again', async () => {
      const real = readFileSync(projectPath('build/Release/libdocker.so'));
      installer.install(makeBundle(installer.folder, '1.0.0', { 'plugins/libdocker.so': real }));
      const falco = await installer.start('/bin/sleep', {
        LD_PRELOAD: join(installer.prefix, pluginsPath, 'libdocker.so'),
      });
      const next = makeBundle(installer.folder, '1.1.0');
      expect(installer.install(next)).toContain('docktape-1.0.0: a process has its libdocker.so loaded');
      await installer.end(falco);
      installer.install(next);
      expect(existsSync(join(installer.prefix, pluginsPath, 'docktape-1.0.0'))).toBe(false);
    });
  });
});
