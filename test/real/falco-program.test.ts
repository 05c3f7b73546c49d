import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { askFalco } from '#docktape/falco/program/ask-falco.js';
import { falcoAlerts } from '#docktape/falco/program/falco-alerts.js';
import type { FalcoProgram, FalcoRun } from '#docktape/falco/program/falco-run.js';
import { findFalco } from '#docktape/falco/program/find-falco.js';
import { validateRules } from '#docktape/falco/program/validate-rules.js';
import { type FalcoSettings, readSettings } from '#docktape/falco/settings.js';
import { alertRecord } from '#docktape/regression/alert-record.js';
import { Engine } from '#docktape/rules/engine.js';
import type { RulesFile } from '#docktape/rules/load/load-files.js';
import type { Alert } from '#docktape/rules/output/alert.js';
import { alertJson } from '#docktape/rules/output/alert-json.js';
import { alertText } from '#docktape/rules/output/alert-text.js';
import { privateFolders, stateOf, until } from '../falco/program/stand-in.js';
import { docktape } from './support/cli.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const conformance = join(project, 'test/rules/conformance');
const cases = readdirSync(join(conformance, 'cases'));
const captures = readdirSync(join(project, 'captures')).filter((name) => name.endsWith('.db'));
const shipped: RulesFile = {
  name: 'rules/docker_rules.yaml',
  text: readFileSync(join(project, 'rules/docker_rules.yaml'), 'utf8'),
};

/** Fields that no output of the shipped rules needs to have, of every type and also absent. */
const details = new Map([
  ['Container status changed', ['docker.type', 'docker.exitcode', 'docker.time', 'docker.attributes[name]', 'evt.num']],
  ['Volume created or removed', ['docker.volume.readonly', 'docker.volume.name']],
]);

describe.runIf(process.env.DOCKTAPE_FALCO)('the real Falco', () => {
  const folder = join(tmpdir(), `docktape-falco-real-${process.pid}`);
  const temporary = process.env.TMPDIR;
  const zone = process.env.TZ;
  let plugin: LoadedPlugin;
  let program: FalcoProgram;

  beforeAll(async () => {
    mkdirSync(folder);
    process.env.TMPDIR = folder;
    process.env.TZ = 'UTC';
    plugin = LoadedPlugin.load(libraryPath());
    plugin.init();
    program = await askFalco(findFalco(undefined));
    console.log(`Falco ${program.version}, plugin API ${program.pluginApi}`);
  });
  afterAll(async () => {
    await plugin.destroy();
    process.env.TZ = zone;
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => expect(privateFolders(folder)).toEqual([]));

  function run(files: readonly RulesFile[], params: string, options: readonly string[] = []): FalcoRun {
    const { settings } = readSettings({ options });
    return { program, files, settings, params, hostname: 'host', timeZone: 'UTC' };
  }

  /** What the embedded engine makes of the same. */
  async function embedded({ files, settings, params, details, eventNumber }: FalcoRun): Promise<Alert[]> {
    const more = { ...(details && { details }), ...(eventNumber && { eventNumber }) };
    const { engine } = Engine.load(files, plugin, { ...settings, ...more, hostname: 'host' });
    if (!engine) throw new Error('the embedded engine does not load the rules');
    const alerts: Alert[] = [];
    for await (const batch of batches(plugin, params, new AbortController().signal))
      alerts.push(...engine.evaluate(batch));
    return alerts;
  }

  describe.each(captures)('on captures/%s', (capture) => {
    it.each([
      ['as it is', []],
      ['with every rule that matches', ['rule_matching=all']],
      ['with a minimum priority', ['rule_matching=all', 'priority=info']],
      ['with ISO times', ['time_format_iso_8601=true']],
      [
        'with added fields',
        [
          'append_output=[{match: {tags: [container]}, extra_output: "[%docker.scope]", extra_fields: [evt.num, docker.type, {docktape.event: "%docker.id"}]}]',
        ],
      ],
    ])('the alerts of the shipped rules are those of the embedded engine, %s', async (_, options) => {
      const given = { ...run([shipped], `capture:${project}/captures/${capture}`, options), details };
      const both = { ...given, eventNumber: (evtNum: number) => evtNum + 100 };
      const ours = await embedded(both);
      const theirs = await collect(both);
      expect(ours.length).toBeGreaterThan(0);
      expect(theirs.map((alert) => lines(alert, given.settings))).toEqual(
        ours.map((alert) => lines(alert, given.settings)),
      );
      expect(theirs.map(alertRecord)).toEqual(ours.map(alertRecord));
      expect(theirs).toEqual(ours);
    });
  });

  describe('on the conformance events', () => {
    const capture = join(folder, 'conformance.db');
    beforeAll(() => {
      docktape('import', join(conformance, 'events.jsonl'), capture);
    });

    it.each(cases)('%s', async (name) => {
      const read = (file: string) => readFileSync(join(conformance, 'cases', name, file), 'utf8');
      const expected: Expected = JSON.parse(read('expected.json'));
      const options = Object.entries(expected.config).map(([key, value]) => `${key}=${value}`);
      const given = run([{ name: 'rules.yaml', text: read('rules.yaml') }], `capture:${capture}`, options);

      const findings = await validateRules(given);
      if (expected.load) {
        const codes = (severity: string) =>
          findings.filter((finding) => finding.severity === severity).map(({ code }) => code);
        expect({ errors: codes('error'), warnings: codes('warning') }).toEqual({
          errors: expected.load.errors.map(({ code }) => code),
          warnings: expected.load.warnings.map(({ code }) => code),
        });
      }
      for (const { place, text } of findings)
        expect(text).toMatch(new RegExp(`^rules.yaml:${place.line}:${place.column}: LOAD_`));

      if (expected.exit !== 0) {
        await expect(collect(given)).rejects.toMatchObject({
          code: 'FALCO',
          findings: findings.filter(({ severity }) => severity === 'error'),
        });
        return;
      }
      const { settings } = given;
      const printed = (await collect(given)).map((alert) =>
        settings.jsonOutput ? alertJson(alert, settings.jsonMembers) : alertText(alert),
      );
      expect(printed.map((line) => `${line}\n`).join('')).toBe(read(`alerts.${settings.jsonOutput ? 'jsonl' : 'txt'}`));
    });
  });

  describe('given rules with something wrong', () => {
    it('says what and where, in the file that it is in', async () => {
      const good = { name: 'rules/a.yaml', text: '- {macro: unused, condition: docker.type = image}\n' };
      const bad = { name: 'rules/b.yaml', text: rule('Bad', 'docker.type = container and\n    docker.nope = 3') };
      const given = run([good, bad], 'capture:/nowhere.db');
      const findings = await validateRules(given);
      expect(
        findings.map(({ severity, code, place }) => [severity, code, `${place.file}:${place.line}:${place.column}`]),
      ).toEqual([
        ['warning', 'LOAD_UNUSED_MACRO', 'rules/a.yaml:1:3'],
        ['error', 'LOAD_ERR_COMPILE_CONDITION', 'rules/b.yaml:4:5'],
      ]);
      expect(findings[1]?.text).toMatch(/ {2} {4}docker\.nope = 3\n {6}\^$/);
      await expect(collect(given)).rejects.toMatchObject({
        code: 'FALCO',
        message: expect.stringContaining('refuses the rules: rules/b.yaml:4:5: LOAD_ERR_COMPILE_CONDITION: '),
        details: expect.stringContaining(findings[1]?.text ?? ''),
      });
      await expect(collect({ ...given, details: new Map([['Bad', ['docker.id']]]) })).rejects.toThrow(
        'refuses the rules',
      );
    });

    it('says so also where its JSON fails, and where it gives no place', async () => {
      const cut = { name: 'cut.yaml', text: rule('Cut', 'docker.type = gr\u00f6\u00dfer and docker.nope = 3') };
      expect(await validateRules(run([cut], ''))).toMatchObject([
        { code: 'LOAD_ERR_COMPILE_CONDITION', place: { line: 3 } },
      ]);
      const plugins = '- required_plugin_versions:\n  - {name: docker, version: 9.0.0}\n';
      const needs = await validateRules(run([{ name: 'needs.yaml', text: plugins }], ''));
      expect(needs).toMatchObject([{ code: 'LOAD_ERR_VALIDATE', place: { file: 'needs.yaml', line: 1, column: 3 } }]);
    });
  });

  it('reads the texts of settings and rules as they are, variables or not', async () => {
    process.env.DOCKTAPE_X = 'replaced';
    const variable = `\${DOCKTAPE_X}`;
    const text = rule(variable, 'docker.type = network').replace('output: x', `output: a ${variable}`);
    const options = [`append_output=[{match: {rule: "${variable}"}, extra_output: "${variable} $b ${variable}"}]`];
    const given = run([{ name: 'r.yaml', text }], `capture:${project}/captures/exec.db`, options);
    const theirs = await collect(given);
    delete process.env.DOCKTAPE_X;
    const message = `a ${variable} ${variable} $b ${variable}`;
    expect(theirs.map((alert) => alert.message)).toEqual([message, message]);
    expect(theirs).toEqual(await embedded(given));
  });

  it('loads rules in the order in which they are given, and none at all', async () => {
    const disable = { name: 'a.yaml', text: '- rule: R\n  enabled: false\n  override: {enabled: replace}\n' };
    const define = { name: 'z.yaml', text: rule('R', 'docker.type = network') };
    const params = `capture:${project}/captures/exec.db`;
    expect(await collect(run([define], params))).toHaveLength(2);
    expect(await collect(run([define, disable], params))).toHaveLength(0);
    await expect(collect(run([disable, define], params))).rejects.toThrow('a.yaml:1:3: LOAD_ERR_VALIDATE');
    expect(await collect(run([], params))).toEqual([]);
  });

  it('gives the reason of the plugin for a stream that cannot be opened', async () => {
    const refusal = (params: string) => expect(collect(run([shipped], params))).rejects;
    await refusal('capture:/nowhere.db').toMatchObject({
      code: 'FALCO',
      message: `Falco ${program.version} (${program.path}) ended with exit code 1: /nowhere.db does not exist: check the path`,
    });
    const damaged = join(folder, 'damaged.db');
    const whole = readFileSync(join(project, 'captures/exec.db'));
    writeFileSync(damaged, whole.fill(0xff, 8192, 20_000));
    await refusal(`capture:${damaged}`).toThrow(/ended with exit code 1: .*damaged/);
    await refusal('bogus:x').toThrow(
      "ended with exit code 1: open params: 'bogus:x' is neither a daemon nor a capture",
    );
  });

  it('is asked to end, and ends in the middle, with nothing left', async () => {
    const abort = new AbortController();
    const warnings: string[] = [];
    const reason = new Error('enough');
    const given = {
      ...run([shipped], `unix://${folder}/none.sock`),
      config: { daemon: 'retry' } as const,
      signal: abort.signal,
      onWarning: (line: string) => {
        warnings.push(line);
        abort.abort(reason);
      },
    };
    const started = Date.now();
    await expect(collect(given)).rejects.toBe(reason);
    expect(Date.now() - started).toBeLessThan(4000);
    expect(warnings[0]).toMatch(/^docker: waiting for the Docker daemon/);
    expect(descendants(process.pid)).toEqual([]);
  });

  it('is ended when it says nothing for too long', async () => {
    const given = { ...run([shipped], `unix://${folder}/none.sock`), config: { daemon: 'retry' } as const };
    const hung = collect({ ...given, silenceLimit: 1000, onWarning: () => {} });
    await expect(hung).rejects.toThrow('said nothing for 1 s and was ended');
    expect(descendants(process.pid)).toEqual([]);
  });

  it('is an error when it is killed, also in the middle of alerts', async () => {
    const alerts = falcoAlerts({
      ...run([shipped], `capture:${project}/captures/exec.db?speed=1`),
      settings: readSettings({ options: ['rule_matching=all'] }).settings,
    });
    await alerts.next();
    const falco = descendants(process.pid).find((pid) => nameOf(pid) === 'falco');
    process.kill(falco ?? 0, 'SIGKILL');
    await expect(drain(alerts)).rejects.toThrow('was ended by SIGKILL');
    await until(() => descendants(process.pid).length === 0, 'the source host to end');
  });

  it('ends with a docktape that is killed, and so do its source host and its folder', async () => {
    const script = join(project, 'test/falco/program/run-alone.mjs');
    const args = [program.path, `unix://${folder}/none.sock`, shipped.text];
    const alone = spawn(process.execPath, [script, ...args], { stdio: 'ignore' });
    const names = () => descendants(alone.pid ?? 0).map(nameOf);
    await until(() => names().includes('falco') && names().includes('node'), 'Falco and its source host');
    const pids = descendants(alone.pid ?? 0);
    alone.kill('SIGKILL');
    await once(alone, 'close');
    await until(() => pids.every((pid) => stateOf(pid) === undefined), 'the end of all of them');
    await until(() => privateFolders(folder).length === 0, 'the folder to be removed');
  });
});

interface Expected {
  readonly config: Readonly<Record<string, unknown>>;
  /** Null where Falco printed none when the cases were recorded. */
  readonly load: {
    readonly errors: readonly { code: string }[];
    readonly warnings: readonly { code: string }[];
  } | null;
  readonly exit: number;
}

async function collect(run: FalcoRun): Promise<Alert[]> {
  const alerts: Alert[] = [];
  for await (const batch of falcoAlerts(run)) alerts.push(...batch);
  return alerts;
}

async function drain(alerts: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of alerts);
}

function lines(alert: Alert, { jsonMembers }: FalcoSettings): string[] {
  return [alertText(alert), alertJson(alert, { ...jsonMembers, message: true })];
}

function rule(name: string, condition: string): string {
  return `- rule: "${name}"\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n  source: docker\n`;
}

/** The processes below one, without those that wait to be reaped. */
function descendants(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-e', '-o', 'pid=,ppid=,stat=,comm='], { encoding: 'utf8' });
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state, name]) => !state?.startsWith('Z') && name !== 'ps')
    .map(([child, parent]) => [Number(child), Number(parent)] as const);
  const below = (parent: number): number[] =>
    processes.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
