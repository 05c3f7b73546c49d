import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectPath } from '../../support/docktape.js';

/** A bundle's folder with a few small files instead of the programs, laid out as `npm run bundle` does. */
export interface MadeUpBundle {
  readonly folder: string;
  readonly version: string;
}

/** What stands for `docktape`: it says which version it is and what it was given. */
const command = (version: string) => `#!/bin/sh\necho "docktape ${version}: $*"\n`;

/** The first bytes of an ELF file for a machine: 62 is x86-64, 183 AArch64. */
export function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(machine, 18);
  return header;
}

const thisMachine = process.arch === 'arm64' ? 183 : 62;

/**
 * Makes a bundle of a version in `parent`.
 *
 * @param files more files by their path in the bundle, or other contents for those that it has
 */
export function makeBundle(parent: string, version: string, files: Record<string, string | Buffer> = {}): MadeUpBundle {
  const folder = join(parent, `docktape-${version}-linux-test`);
  const programs = `plugins/docktape-${version}`;
  const all: Record<string, string | Buffer> = {
    LICENSE: 'the licence\n',
    'CHANGELOG.md': `${version}\n`,
    'plugins/libdocker.so': Buffer.concat([elfHeader(thisMachine), Buffer.from(version)]),
    [`${programs}/docktape`]: command(version),
    [`${programs}/docktape-host`]: '#!/bin/sh\n',
    [`${programs}/dist/cli.js`]: `// ${version}\n`,
    [`${programs}/node_modules/@scope/a-package/index.js`]: '// the same in every version\n',
    'rules/docker_rules.yaml': `# rules of ${version}\n`,
    'falco/docktape.yaml': [
      '# /usr/share/docktape/install.sh',
      'plugins: [{ name: docker, library_path: /usr/share/falco/plugins/libdocker.so }]',
      'rules_files: [/etc/falco/docker_rules.yaml]',
      '',
    ].join('\n'),
    'systemd/docktape-record.service': 'ExecStart=/usr/bin/docktape record\nExecStartPre=/usr/bin/falco\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  // A real program, so that a process can run it; started with --version it ends well, as Node does.
  const node = join(folder, programs, 'bin/node');
  mkdirSync(dirname(node));
  copyFileSync('/bin/sleep', node);
  for (const name of ['bin/node', 'docktape', 'docktape-host']) chmodSync(join(folder, programs, name), 0o755);
  cpSync(projectPath('packaging/install.sh'), join(folder, 'install.sh'));
  chmodSync(join(folder, 'install.sh'), 0o755);
  cpSync(projectPath('packaging/installer'), join(folder, 'installer'), { recursive: true });
  return { folder, version };
}
