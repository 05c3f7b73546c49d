import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docktape, projectPath } from '../support/docktape.js';
import { read, readYaml, version } from './support/project.js';

interface Step {
  readonly name: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly if?: string;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[]; readonly permissions?: unknown }>>;
}

const workflow = readYaml('packaging/github/docktape.yml') as Workflow;
const steps = workflow.jobs.test?.steps ?? [];
const step = (name: string): Step => {
  const found = steps.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`there is no step '${name}'`);
  return found;
};

test('it runs on pull requests, reads the repository and may do nothing else', () => {
  expect(Object.keys(workflow.on)).toEqual(['pull_request']);
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(Object.values(workflow.jobs).map(({ permissions }) => permissions)).toEqual([undefined]);
});

test('its actions are pinned to a version, and the checkout has the history and leaves no token behind', () => {
  const uses = steps.flatMap((each) => (each.uses ? [each.uses] : []));
  for (const action of uses) expect(action).toMatch(/^actions\/(checkout|upload-artifact)@v\d+\.\d+\.\d+$/);
  expect(uses).toHaveLength(2);
  expect(steps[0]?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false });
});

test('nothing that a pull request can choose is pasted into a command', () => {
  for (const { run } of steps) expect(run ?? '').not.toContain('${{');
});

test('it names the bundle of this version', () => {
  expect(read('packaging/github/docktape.yml')).toContain(`docktape-${version}-linux-x64.tar.gz`);
});

test("its commands and options are docktape's", async () => {
  const lines = steps.flatMap(({ run = '' }) => run.split('\n')).filter((line) => line.startsWith('docktape '));
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    const [, command = '', ...args] = line.split(' ');
    const { code, stdout } = await docktape([command, '--help']);
    expect(code, command).toBe(0);
    for (const option of args.filter((argument) => argument.startsWith('--'))) {
      expect(stdout, command).toMatch(new RegExp(`^ +${option}( |$)`, 'm'));
    }
  }
});

describe('its steps, run in a repository with the shipped rules and suites', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'docktape-github-'));
  const at = (path: string) => join(folder, path);
  const repository = at('repository');
  const rules = join(repository, 'rules/docker_rules.yaml');
  let base: string;

  beforeAll(() => {
    for (const name of ['home', 'runner', 'bundle', 'repository']) mkdirSync(at(name));
    for (const name of ['rules', 'captures']) cpSync(projectPath(name), join(repository, name), { recursive: true });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'Rules');
    base = git('rev-parse', 'HEAD').trim();
    writeBundle();
    writeFileSync(at('path'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('Install docktape checks the archive, installs it and puts it on the path', () => {
    const archive = readFileSync(at('bundle.tar.gz'));
    const SHA256 = createHash('sha256').update(archive).digest('hex');
    const wrong = run('Install docktape', { BUNDLE: `file://${at('bundle.tar.gz')}`, SHA256: '0'.repeat(64) });
    expect(wrong.status).not.toBe(0);
    expect(existsSync(at('home/.local/bin/docktape'))).toBe(false);

    expect(run('Install docktape', { BUNDLE: `file://${at('bundle.tar.gz')}`, SHA256 })).toMatchObject({ status: 0 });
    expect(readFileSync(at('path'), 'utf8')).toBe(`${at('home/.local/bin')}\n`);
  });

  test('rules that are as they should be pass every step', () => {
    const lint = run('Look for what is likely wrong');
    expect(lint).toMatchObject({ status: 0 });
    const tested = run('Test');
    expect(tested.stdout).toMatch(/^\d+ passed, in /m);
    expect(tested.status).toBe(0);
    expect(readFileSync(at('runner/docktape.xml'), 'utf8')).toMatch(/<testsuites[^>]* failures="0"/);
    expect(run('Compare with the base', { BASE: base })).toMatchObject({ status: 0 });
  });

  test('a rule that misses what it caught fails the tests and the comparison, annotated in its file', () => {
    const text = readFileSync(rules, 'utf8');
    writeFileSync(rules, text.replace('docker.type = container', 'docker.type = contaner'));
    try {
      const tested = run('Test');
      expect(tested.status).toBe(1);
      expect(tested.stdout).toMatch(/^::error .*file=rules\/docker_rules\.yaml,line=\d+/m);
      expect(readFileSync(at('runner/docktape.xml'), 'utf8')).toContain('<failure');
      const compared = run('Compare with the base', { BASE: base });
      expect(compared.status).toBe(1);
      expect(compared.stdout).toContain('lost');
    } finally {
      writeFileSync(rules, text);
    }
  });

  test('a broken rule fails the first step', () => {
    const text = readFileSync(rules, 'utf8');
    appendFileSync(
      rules,
      '\n- rule: Broken\n  desc: Broken.\n  condition: docker.typ = x\n  output: x\n  priority: INFO\n  source: docker\n',
    );
    try {
      const { status, stdout } = run('Look for what is likely wrong');
      expect(status).toBe(2);
      expect(stdout).toMatch(/^::error file=rules\/docker_rules\.yaml,line=\d+/m);
    } finally {
      writeFileSync(rules, text);
    }
  });

  /** Runs a step as GitHub's runner does: bash with -e, its environment, and what earlier steps have put on the path. */
  function run(name: string, env: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
    const { run: script = '', env: wanted = {} } = step(name);
    expect(Object.keys(env).sort()).toEqual(Object.keys(wanted).sort());
    const path = `${readFileSync(at('path'), 'utf8').trim().split('\n').join(':')}:${process.env.PATH}`;
    const runner = {
      CI: 'true',
      NO_COLOR: '1',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: repository,
      GITHUB_PATH: at('path'),
    };
    const places = { HOME: at('home'), RUNNER_TEMP: at('runner'), PATH: path, TZ: 'UTC' };
    const options = {
      cwd: repository,
      env: { ...process.env, ...runner, ...places, ...env },
      encoding: 'utf8',
    } as const;
    rmSync(at('runner/docktape'), { recursive: true, force: true });
    return spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], options);
  }

  /** A stand-in for the bundle, whose install.sh puts the docktape that was built here where the real one would. */
  function writeBundle(): void {
    const top = at(`bundle/docktape-${version}-linux-x64`);
    mkdirSync(top);
    const command = `#!/bin/sh\\nexec "${process.execPath}" "${projectPath('dist/cli.js')}" "$@"\\n`;
    const install = `#!/bin/sh\nset -eu\n[ "$1" = --prefix ]\nmkdir -p "$2/bin"\nprintf '${command}' >"$2/bin/docktape"\nchmod +x "$2/bin/docktape"\n`;
    writeFileSync(join(top, 'install.sh'), install, { mode: 0o755 });
    const { status, stderr } = spawnSync('tar', ['-C', at('bundle'), '-czf', at('bundle.tar.gz'), basename(top)]);
    if (status !== 0) throw new Error(String(stderr));
  }

  function git(...args: string[]): string {
    const who = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
    const { status, stdout, stderr } = spawnSync('git', [...who, ...args], { cwd: repository, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
});
