import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dockerd, image, startDockerd } from '../../scripts/real/dockerd.mjs';
import { processes } from '../../scripts/real/processes.mjs';
import { asAnotherVersion, bundleArchive, bundleName, elfFiles, sizeOf, version } from './support/bundle.js';
import { docktape, docktapeLines, rules } from './support/cli.js';
import { FreshDebian } from './support/fresh-debian.js';
import { Output } from './support/output.js';
import { mergeShipped } from './support/shipped-capture.js';
import { sysdig } from './support/sysdig.js';

/** The bundle where neither Node nor a compiler is: in a minimal Debian that has nothing of this machine. */

const captures = fileURLToPath(new URL('../../captures', import.meta.url));

/** All captures that ship in one, and one of them. */
const folder = mkdtempSync(join(tmpdir(), 'docktape-bundle-'));
const replayed = ['shipped.db', 'exec.db'];

// Paths in the fresh Debian. What is below /mnt is the test's own.
const ours = '/mnt/test';
const bundle = `${ours}/${bundleName}`;
const socket = '/mnt/docker/docker.sock';
const plugins = '/usr/share/falco/plugins';
const library = `${plugins}/libdocker.so`;
const installedRules = '/etc/falco/docker_rules.yaml';

let dockerd: Dockerd;
let debian: FreshDebian;
let archive: string;
let before: Map<string, string>;

/** What sysdig prints of a capture with the library of the checkout. */
const fields = '*%evt.num %evt.time %docker.type %docker.action %docker.id %evt.plugininfo';
const expected = new Map<string, string[]>();

beforeAll(async () => {
  archive = bundleArchive();
  // Before the fresh Debian is there: these runs make mount points in the chroot below it.
  mergeShipped(folder);
  cpSync(join(captures, 'exec.db'), join(folder, 'exec.db'));
  for (const name of replayed) {
    const openParams = `capture:${join(folder, name)}`;
    expected.set(name, sysdig({ openParams, args: ['-p', fields], bind: [folder] }).lines);
  }
  dockerd = await startDockerd();
  debian = await FreshDebian.start({ [dockerd.folder]: '/mnt/docker' });
  const place = debian.path(ours);
  mkdirSync(place);
  cpSync(archive, join(place, 'bundle.tar.gz'));
  for (const name of replayed) cpSync(join(folder, name), join(place, name));
  before = debian.listing(['/mnt']);
}, 1_800_000);

afterAll(async () => {
  await debian?.stop();
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the system has sysdig, and no Node', () => {
  expect(debian.must('sysdig', '--version')).toContain('sysdig version');
  expect([...before.keys()].filter((path) => /\/(node|nodejs|libnode[^/]*)$/.test(path))).toEqual([]);
  expect([...before.keys()].filter((path) => /docktape|libdocker/.test(path))).toEqual([]);
});

test('the archive unpacks to one folder, and its installer needs nothing but what is there', () => {
  debian.must('tar', '-xzf', `${ours}/bundle.tar.gz`, '-C', ours);
  expect(readdirSync(debian.path(ours)).sort()).toEqual(['bundle.tar.gz', bundleName, ...replayed].sort());
  const said = debian.must(`${bundle}/install.sh`);
  expect(said).toContain(`docktape ${version} is installed`);
  expect(debian.must('docktape', '--version')).toBe(`${version}\n`);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const unpacked = debian.path(bundle);
  console.log(
    `bundle: ${megabytes(statSync(archive).size)} packed, ${megabytes(sizeOf(unpacked))} unpacked, of which the Node ` +
      `runtime is ${megabytes(statSync(join(unpacked, `plugins/docktape-${version}/bin/node`)).size)}`,
  );
});

test('its programs take every library from a package of Debian', () => {
  const programs = elfFiles(debian.path(plugins));
  expect(programs).toContain(`docktape-${version}/bin/node`);
  expect(programs).toContain('libdocker.so');
  for (const program of programs) {
    const needed = debian.must('ldd', `${plugins}/${program}`);
    expect(needed, program).not.toContain('not found');
    const libraries = [...needed.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
    expect(libraries.length, program).toBeGreaterThan(0);
    for (const path of libraries) {
      // In package lists a library is at its real path.
      const real = debian.must('readlink', '-f', path).trim();
      expect(debian.run('dpkg-query', '-S', real).status, `${program} needs ${real}`).toBe(0);
    }
  }
});

test.each(replayed)('replays %s to the alerts of the checkout', (name) => {
  const args = ['--json', '-o', 'rule_matching=all'];
  const alerts = debian.must('docktape', 'replay', `${ours}/${name}`, '-r', installedRules, ...args);
  expect(alerts).toBe(docktape('replay', join(folder, name), '-r', rules, ...args));
  expect(alerts.split('\n').length).toBeGreaterThan(5);
});

test.each(replayed)('replays %s through sysdig, as the library of the checkout does', (name) => {
  const source = `docker:capture:${ours}/${name}`;
  const { stdout, stderr } = debian.run('sysdig', '-H', library, '-I', source, '-p', fields);
  const lines = stdout.split('\n').slice(0, -1);
  expect(lines, stderr).toHaveLength(docktapeLines('export', '--all', join(folder, name)).length);
  expect(lines).toEqual(expected.get(name));
});

test('tests rules with a suite', () => {
  const suite = (count: number) => `
rules: ${installedRules}
cases:
  - name: a shell in a container
    capture: exec.db
    expect: [{ rule: Shell executed in container, count: ${count} }]
    allow_other: true
`;
  writeFileSync(debian.path(`${ours}/good.suite.yaml`), suite(2));
  writeFileSync(debian.path(`${ours}/bad.suite.yaml`), suite(3));
  // It remembers in the user's cache what failed, for --rerun-failed.
  const cache = `XDG_CACHE_HOME=${ours}/cache`;
  const good = debian.run('env', cache, 'docktape', 'test', `${ours}/good.suite.yaml`);
  expect(good.status, good.stdout + good.stderr).toBe(0);
  const bad = debian.run('env', cache, 'docktape', 'test', `${ours}/bad.suite.yaml`);
  expect(bad.status, bad.stdout + bad.stderr).toBe(1);
});

/** A line of `docktape doctor --json`. */
interface Check {
  readonly group: string;
  readonly check: string;
  readonly status: string;
  readonly found: string;
}

/** What doctor said in its lines, by what they are about, and its exit code. */
function doctor(...args: string[]): { status: number | null; lines: Record<string, string> } {
  const { status, stdout, stderr } = debian.run('docktape', 'doctor', '--json', ...args);
  if (stdout === '') throw new Error(`docktape doctor ended with ${status}: ${stderr}`);
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  const lines = checks.map(({ group, check, status, found }) => [`${group}, ${check}`, `${status}: ${found}`]);
  return { status, lines: Object.fromEntries(lines) as Record<string, string> };
}

test('doctor finds the installation whole, and neither Falco nor a daemon', () => {
  const { status, lines } = doctor();
  expect(status).toBe(2);
  expect(lines).toEqual({
    'docktape, runtime': expect.stringMatching(/^ok: Node \d+\.\d+\.\d+, the bundle's own$/),
    'docktape, native modules': expect.stringMatching(/^ok: /),
    'docktape, library': expect.stringMatching(`^ok: ${library}: plugin docker `),
    'docktape, source host': expect.stringMatching(/^ok: docktape-host replayed an event/),
    'Falco, program': expect.stringMatching(/^not checked: .*no falco on PATH$/),
    'Falco, plugin': 'not checked: no Falco to load it',
    'Docker daemon, address': 'ok: unix:///var/run/docker.sock, the default',
    'Docker daemon, socket': 'problem: there is no socket /var/run/docker.sock',
    'Docker daemon, version': 'not checked: the socket cannot be used',
    'Docker daemon, events': 'not checked: the socket cannot be used',
    'Docker daemon, containers': 'not checked: the socket cannot be used',
    'Docker daemon, enrichment': 'not checked: the socket cannot be used',
    "Falco's surroundings, configuration": 'not checked: there is no /etc/falco/falco.yaml',
    "Falco's surroundings, service": 'not checked: systemd has no service that runs Falco',
    "Falco's surroundings, container": expect.stringMatching(/^not checked: this is not Falco's image/),
  });
});

test('doctor finds the daemon', () => {
  const { status, lines } = doctor(`unix://${socket}`);
  expect(status).toBe(0);
  for (const check of ['socket', 'version', 'events']) {
    expect(lines[`Docker daemon, ${check}`], check).toMatch(/^ok: /);
  }
});

test('docktape live prints alerts of a real daemon', async () => {
  const live = debian.start('docktape', 'live', `unix://${socket}`, '-r', installedRules, '--json');
  const output = new Output(live);
  try {
    const { text } = await eventOf(output, 'live');
    expect(JSON.parse(text)).toMatchObject({ source: 'docker', output_fields: expect.anything() });
  } finally {
    expect(await debian.end(live)).toBe(0);
  }
});

test('an upgrade leaves alone what a running sysdig uses, which goes with the next run', async () => {
  const startSysdig = () => {
    const arguments_ = ['-H', library, '-I', `docker:unix://${socket}`, '--unbuffered'];
    return debian.start('sysdig', ...arguments_, '-p', '*%docker.action %docker.attributes[name]');
  };
  const otherBundle = `${ours}/other`;
  const other = asAnotherVersion(debian.path(bundle), debian.path(otherBundle));
  const old = startSysdig();
  const output = new Output(old);
  try {
    await eventOf(output, 'before');
    const [host] = hosts(version);
    expect(host).toBeDefined();

    const said = debian.must(`${otherBundle}/install.sh`);
    expect(said).toContain(`kept ${plugins}/docktape-${version}: it is in use by process`);
    await eventOf(output, 'upgraded');
    expect(hosts(version)).toEqual([host]);

    // The library that sysdig has loaded is the old one, and it starts the host of its own version again.
    process.kill(host ?? 0, 'SIGKILL');
    await eventOf(output, 'again');
    expect(hosts(version)).toHaveLength(1);

    const next = startSysdig();
    await eventOf(new Output(next), 'next');
    expect(hosts(other)).toHaveLength(1);
    await debian.end(next);
  } finally {
    await debian.end(old);
  }
  expect(debian.must(`${otherBundle}/install.sh`)).not.toContain('kept');
  expect(readdirSync(debian.path(plugins)).sort()).toEqual([`docktape-${other}`, 'libdocker.so']);
});

test('uninstalling leaves no trace', () => {
  expect(debian.must('/usr/share/docktape/install.sh', '--uninstall')).toBe('docktape is removed\n');
  expect(debian.listing(['/mnt'])).toEqual(before);
});

/** Makes the daemon say something until it is seen: the stream is open before the daemon has subscribed its reader. */
async function eventOf(output: Output, name: string): Promise<{ text: string }> {
  for (let attempt = 1; ; attempt++) {
    const probe = await dockerd.docker.createContainer({ name: `${name}-${attempt}`, Image: image, Cmd: ['true'] });
    await probe.remove();
    const seen = await output.waitFor(`${name}-`, 1000).catch((error: unknown) => {
      if (attempt === 30) throw error;
    });
    if (seen) return seen;
  }
}

/** The processes that run the source host of a version. */
function hosts(of: string): number[] {
  const main = `${plugins}/docktape-${of}/dist/source/main.js`;
  return processes()
    .filter(({ command }) => command.includes(main))
    .map(({ pid }) => pid);
}

/** So that the test cannot pass with an archive that holds something else. */
test('the installed rules were those of the checkout', () => {
  expect(readFileSync(debian.path(`${bundle}/rules/docker_rules.yaml`), 'utf8')).toBe(
    readFileSync(join(rules, 'docker_rules.yaml'), 'utf8'),
  );
});
