import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entries, filesBelow, fingerprint } from './support/folder-listing.js';
import { Installer, pluginsPath, rulesPath, shells } from './support/installer.js';
import { makeBundle } from './support/made-up-bundle.js';

describe.each(shells)('%s', (shell) => {
  const installer = new Installer(shell);

  describe('01 rules', () => {
    test('are replaced while nobody has changed them', () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      installer.install(makeBundle(installer.folder, '1.1.0'));
      expect(installer.read(rulesPath)).toBe('# rules of 1.1.0\n');
    });

    test('stay as the user changed them, with the new ones beside them', () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      writeFileSync(join(installer.prefix, rulesPath), '# mine\n');
      const next = makeBundle(installer.folder, '1.1.0');
      expect(installer.install(next)).toContain(
        `kept ${installer.prefix}/etc/falco/docker_rules.yaml, which was changed; the rules of this version are beside it in docker_rules.yaml.new\n`,
      );
      expect(installer.read(rulesPath)).toBe('# mine\n');
      expect(installer.read(`${rulesPath}.new`)).toBe('# rules of 1.1.0\n');
      const before = fingerprint(installer.prefix);
      expect(installer.install(next)).toContain('is already installed');
      expect(fingerprint(installer.prefix)).toEqual(before);
    });

    test('are replaced again after the user took the new ones', () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      writeFileSync(join(installer.prefix, rulesPath), '# mine\n');
      installer.install(makeBundle(installer.folder, '1.1.0'));
      renameSync(join(installer.prefix, `${rulesPath}.new`), join(installer.prefix, rulesPath));
      expect(installer.install(makeBundle(installer.folder, '1.2.0'))).not.toContain('kept');
      expect(installer.read(rulesPath)).toBe('# rules of 1.2.0\n');
      expect(existsSync(join(installer.prefix, `${rulesPath}.new`))).toBe(false);
    });

    test('that were there before stay, also when docktape goes', () => {
      mkdirSync(join(installer.prefix, 'etc/falco'), { recursive: true });
      writeFileSync(join(installer.prefix, rulesPath), '# of somebody else\n');
      expect(installer.install(makeBundle(installer.folder, '1.0.0'))).toContain('kept');
      installer.uninstall();
      expect(filesBelow(installer.prefix)).toEqual([rulesPath]);
      expect(installer.read(rulesPath)).toBe('# of somebody else\n');
    });
  });

  describe('02 uninstalling', () => {
    test('leaves nothing', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      installer.install(bundle);
      expect(installer.uninstall()).toEqual({ status: 0, stdout: 'docktape is removed\n', stderr: '' });
      expect(existsSync(installer.prefix)).toBe(false);
    });

    test('works from the archive too', () => {
      const bundle = makeBundle(installer.folder, '1.0.0');
      installer.install(bundle);
      expect(
        installer.run(join(bundle.folder, 'install.sh'), ['--uninstall', '--prefix', installer.prefix]).status,
      ).toBe(0);
      expect(existsSync(installer.prefix)).toBe(false);
    });

    test('leaves the folders and files of others', () => {
      const others = ['bin/other', 'share/falco/plugins/libother.so', 'etc/falco/falco.yaml', 'share/docs'];
      mkdirSync(join(installer.prefix, 'share/docs'), { recursive: true });
      for (const path of others.slice(0, -1)) {
        mkdirSync(join(installer.prefix, dirname(path)), { recursive: true });
        writeFileSync(join(installer.prefix, path), 'other');
      }
      const before = entries(installer.prefix);
      installer.install(makeBundle(installer.folder, '1.0.0'));
      installer.uninstall();
      expect(entries(installer.prefix)).toEqual(before);
    });

    test('keeps what was changed or added, and names it', () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      writeFileSync(join(installer.prefix, rulesPath), '# mine\n');
      writeFileSync(join(installer.prefix, pluginsPath, 'docktape-1.0.0/notes.txt'), 'mine');
      const { status, stdout } = installer.uninstall();
      expect(status).toBe(0);
      expect(stdout).toContain(`kept ${installer.prefix}/${rulesPath}: it was changed after it was installed\n`);
      expect(stdout).toContain(`kept ${installer.prefix}/${pluginsPath}/docktape-1.0.0: it is not empty\n`);
      expect(filesBelow(installer.prefix)).toEqual([rulesPath, `${pluginsPath}/docktape-1.0.0/notes.txt`]);
    });

    test('keeps what a process runs, says so with exit code 1, and removes it the next time', async () => {
      installer.install(makeBundle(installer.folder, '1.0.0'));
      const host = await installer.startRuntime('1.0.0');
      const first = installer.uninstall();
      expect(first.stdout).toContain(`docktape-1.0.0: it is in use by process ${host.pid}; `);
      expect(first.status).toBe(1);
      expect(existsSync(join(installer.prefix, 'bin'))).toBe(false);
      expect(existsSync(join(installer.prefix, pluginsPath, 'libdocker.so'))).toBe(false);
      expect(existsSync(join(installer.prefix, pluginsPath, 'docktape-1.0.0/dist/cli.js'))).toBe(true);
      await installer.end(host);
      expect(installer.uninstall().status).toBe(0);
      expect(existsSync(installer.prefix)).toBe(false);
    });
  });
});
