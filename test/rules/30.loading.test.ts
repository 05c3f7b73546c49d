import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { Engine } from '#docktape/rules/engine.js';
import type { FieldInfo } from '#docktape/rules/field-info.js';
import { load, rule } from './load-rules.js';
import { TEST_ORIGIN, TestBatch, type TestEvent } from './test-batch.js';

const EVENTS: TestEvent[] = [
  { 'docker.action': 'start', 'docker.name': 'web-1', 'docker.type': 'container' },
  { 'docker.action': 'die', 'docker.name': 'api 7', 'docker.type': 'container', 'docker.code': 137n },
  { 'docker.action': 'kill', 'docker.name': 'cache', 'docker.type': 'container' },
];

/** `RULE:ACTION` for each alert of rules that load, and the codes of what they warned about. */
function alertsOf(...texts: string[]): { alerts: string[]; warnings: string[] } {
  const { engine, errors, warningCodes } = load(texts, { ruleMatching: 'all' });
  if (!engine) throw new Error(errors.join('\n'));
  const alerts = engine.evaluate(new TestBatch(EVENTS));
  return {
    alerts: alerts.map((alert) => `${alert.rule}:${EVENTS[alert.number - 1]?.['docker.action']}`),
    warnings: [...warningCodes],
  };
}

function item(text: string): string {
  return `- ${text.trim().replaceAll('\n', '\n  ')}\n`;
}

describe('lists', () => {
  it('are put into conditions as text, with quotes where they have blanks', () => {
    const list = item('list: names\nitems: ["api 7", web-1]');
    expect(alertsOf(list + rule('R', 'docker.name in (names)')).alerts).toEqual(['R:start', 'R:die']);
  });

  it('may be empty', () => {
    const list = item('list: none\nitems: []');
    expect(alertsOf(list + rule('R', 'docker.action in (none, die)')).alerts).toEqual(['R:die']);
    expect(alertsOf(list + rule('R', 'docker.action in (die, none)')).alerts).toEqual(['R:die']);
    expect(alertsOf(list + rule('R', 'docker.action in (none)')).alerts).toEqual([]);
  });

  it('may hold other lists, one level deep, as in Falco', () => {
    const a = item('list: a\nitems: [start]');
    const b = item('list: b\nitems: [a, die]');
    const c = item('list: c\nitems: [b, kill]');
    expect(alertsOf(a + b + rule('R', 'docker.action in (b)')).alerts).toEqual(['R:start', 'R:die']);
    expect(alertsOf(b + a + rule('R', 'docker.action in (b)')).alerts).toEqual(['R:start', 'R:die']);
    expect(alertsOf(a + b + c + rule('R', 'docker.action in (c)')).alerts).toEqual(['R:die', 'R:kill']);
  });

  it('can be added to, and the name alone be replaced', () => {
    const a = item('list: a\nitems: [start]');
    const more = item('list: a\nitems: [die]\noverride: {items: append}');
    const instead = item('list: a\nitems: [kill]');
    expect(alertsOf(a + more + rule('R', 'docker.action in (a)')).alerts).toEqual(['R:start', 'R:die']);
    expect(alertsOf(a + instead + rule('R', 'docker.action in (a)')).alerts).toEqual(['R:kill']);
  });
});

describe('macros', () => {
  const started = item('macro: started\ncondition: docker.action = start');

  it('are put into conditions as trees', () => {
    const either = item('macro: either\ncondition: docker.action = start or docker.action = die');
    expect(alertsOf(either + rule('R', 'not either')).alerts).toEqual(['R:kill']);
    expect(alertsOf(either + rule('R', 'either and docker.code exists')).alerts).toEqual(['R:die']);
  });

  it('see the macros above them; rules see all', () => {
    const inner = item('macro: inner\ncondition: started and docker.type = container');
    expect(alertsOf(started + inner + rule('R', 'inner')).alerts).toEqual(['R:start']);
    expect(alertsOf(rule('R', 'started') + started).alerts).toEqual(['R:start']);
    expect(load([inner + started + rule('R', 'inner')]).errors[0]).toContain(
      "LOAD_ERR_VALIDATE: unknown macro 'started': it is defined further down",
    );
  });

  it('may not refer to themselves', () => {
    const loop = item('macro: a\ncondition: docker.action = x') + item('macro: a\nappend: true\ncondition: or a');
    expect(load([loop + rule('R', 'a')]).errors[0]).toContain("the macro 'a' refers to itself");
  });

  it('can be added to, which warns when it is done the old way', () => {
    const more = 'macro: started\ncondition: or docker.action = die';
    expect(alertsOf(started + item(`${more}\noverride: {condition: append}`) + rule('R', 'started'))).toEqual({
      alerts: ['R:start', 'R:die'],
      warnings: [],
    });
    expect(alertsOf(started + item(`${more}\nappend: true`) + rule('R', 'started')).warnings).toEqual([
      'LOAD_DEPRECATED_ITEM',
    ]);
  });
});

describe('rules that change earlier rules', () => {
  const base = rule('R', 'docker.action = start', { output: 'first', tags: '[b]' });

  it('add to them', () => {
    const update = item(
      'rule: R\ncondition: or docker.action = die\ntags: [a, b]\noutput: more\noverride: {condition: append, tags: append, output: append}',
    );
    const { engine } = load([base, update]);
    const [alert] = engine?.evaluate(new TestBatch(EVENTS)) ?? [];
    expect(alert).toMatchObject({ message: 'first more', tags: ['a', 'b'] });
    expect(alertsOf(base, update).alerts).toEqual(['R:start', 'R:die']);
  });

  it('replace parts of them, or all, in their first place', () => {
    const update = item(
      'rule: R\ncondition: docker.action = die\npriority: critical\noverride: {condition: replace, priority: replace}',
    );
    expect(alertsOf(base, update).alerts).toEqual(['R:die']);
    const other = rule('S', 'docker.action exists');
    expect(alertsOf(base + other + rule('R', 'docker.action = start')).alerts[0]).toBe('R:start');
  });

  it('switch them off and on', () => {
    expect(alertsOf(base, item('rule: R\nenabled: false\noverride: {enabled: replace}'))).toEqual({
      alerts: [],
      warnings: [],
    });
    expect(alertsOf(base, item('rule: R\nenabled: no'))).toEqual({ alerts: [], warnings: ['LOAD_DEPRECATED_ITEM'] });
    expect(
      alertsOf(rule('R', 'docker.action = die', { enabled: 'false' }), item('rule: R\nenabled: yes')).alerts,
    ).toEqual(['R:die']);
  });

  it('say exactly what they change', () => {
    const messages = (text: string) => load([base, item(text)]).errors[0];
    expect(messages('rule: R\ncondition: x\nappend: true\noverride: {condition: append}')).toContain(
      'exclude each other',
    );
    expect(messages('rule: R\noverride: {condition: append}')).toContain(
      `'condition' is overridden here, but the item does not give it`,
    );
    expect(messages('rule: R\npriority: DEBUG\noverride: {priority: append}')).toContain('use replace');
    expect(messages('rule: R\nsource: docker\noverride: {source: replace}')).toContain(`'source' cannot be overridden`);
    expect(messages('rule: R\ncondition: and x\ndesc: e\noverride: {condition: append}')).toContain(
      `'desc' is given, but`,
    );
    expect(messages('rule: R\nsource: other\ncondition: and x\nappend: true')).toContain(
      'was defined with the source docker',
    );
  });
});

describe('exceptions', () => {
  const base = (exceptions: string) => `${rule('R', 'docker.type = container')}  exceptions: ${exceptions}\n`;

  it('take events out of a rule', () => {
    const table: Readonly<Record<string, string[]>> = {
      '[{name: e, fields: docker.name, values: [web-1, "api 7"]}]': ['R:kill'],
      '[{name: e, fields: docker.name, comps: startswith anyof, values: [web, ca]}]': ['R:die'],
      '[{name: e, fields: [docker.action, docker.name], values: [[start, web-1], [die, x]]}]': ['R:die', 'R:kill'],
      '[{name: e, fields: [docker.action, docker.name], comps: [in, contains], values: [[[start, die], "7"]]}]': [
        'R:start',
        'R:kill',
      ],
      '[{name: e, fields: [docker.action, docker.name], comps: [in, "="], values: [[start, web-1]]}]': [
        'R:die',
        'R:kill',
      ],
      '[{name: e, fields: docker.name}]': ['R:start', 'R:die', 'R:kill'],
      '[]': ['R:start', 'R:die', 'R:kill'],
    };
    const found = Object.keys(table).map((text) => [text, alertsOf(base(text)).alerts]);
    expect(Object.fromEntries(found)).toEqual(table);
  });

  it('can get more values later', () => {
    const more = item('rule: R\nexceptions: [{name: e, values: [cache]}]\noverride: {exceptions: append}');
    expect(alertsOf(base('[{name: e, fields: docker.name, values: [web-1]}]'), more).alerts).toEqual(['R:die']);
    const nothing = item('rule: R\nexceptions: [{name: e}]\noverride: {exceptions: append}');
    expect(alertsOf(base('[{name: e, fields: docker.name, values: [web-1]}]'), nothing).warnings).toEqual([
      'LOAD_APPEND_NO_VALUES',
    ]);
  });

  it('are checked when they are defined', () => {
    const message = (exceptions: string) => load([base(exceptions)]).errors[0];
    expect(message('[{name: e}]')).toContain("needs 'fields'");
    expect(message('[{name: e, fields: docker.nosuch}]')).toContain("'docker.nosuch' is not a known field");
    expect(message('[{name: e, fields: docker.name, comps: contains}]')).toContain(
      "'contains' cannot compare a single field",
    );
    expect(message('[{name: e, fields: [docker.name], comps: [like]}]')).toContain("'like' is not an operator");
    expect(message('[{name: e, fields: [docker.name], comps: [=, =]}]')).toContain(
      "'fields' has 1 elements and 'comps' 2",
    );
    expect(message('[{name: e, fields: [docker.name], values: [[a, b]]}]')).toContain('must be a list of 1');
  });
});

describe('what is passed over with a warning', () => {
  it('is named with its place', () => {
    const warning = (text: string) => load([text]).warnings;
    expect(warning(item('rules: x'))).toEqual([
      expect.stringContaining("1.yaml:1:3: LOAD_UNKNOWN_ITEM: 'rules' is not an item"),
    ]);
    expect(warning(rule('R', 'docker.action = x', { prio: 'x' }))).toEqual([
      expect.stringContaining("1.yaml:7:3: LOAD_UNKNOWN_KEY: unknown key 'prio', it is ignored"),
    ]);
    expect(warning(rule('R', 'docker.action = x', { source: 'k8s_audit' }))).toEqual([
      expect.stringContaining("1.yaml:6:11: LOAD_UNKNOWN_SOURCE: no plugin gives events of the source 'k8s_audit'"),
    ]);
    expect(warning(rule('R', 'proc.name = sh', { source: 'syscall' }))).toEqual([
      expect.stringContaining('is for the source syscall, which is not evaluated here'),
    ]);
    expect(warning(rule('R', 'docker.nosuch = x', { 'skip-if-unknown-filter': 'true' }))).toEqual([
      expect.stringContaining('LOAD_UNKNOWN_FILTER: unknown field docker.nosuch'),
    ]);
    expect(warning(rule('R', 'docker.name = docker.action'))).toEqual([
      expect.stringContaining(
        "LOAD_COMPILE_CONDITION: 'docker.action' is compared as text, but is the name of a field",
      ),
    ]);
    expect(warning(rule('R', 'docker.name regex "web.*"'))).toEqual([expect.stringContaining('may be written with =')]);
    expect(warning(item('macro: a b\ncondition: docker.action = x'))).toEqual([
      expect.stringContaining('LOAD_INVALID_MACRO_NAME'),
      expect.stringContaining('LOAD_UNUSED_MACRO'),
    ]);
  });
});

describe('what Falco warns of in plugins of others', () => {
  // Each was put before Falco 0.44.1 with a plugin that has such fields.
  it.each<[condition: string, warned: boolean]>([
    ['ka.verb = <NA>', true],
    ['ka.verb in (a, <NA>)', true],
    ['ka.verbs intersects (<NA>)', true],
    ['tolower(ka.verb) = <NA>', true],
    ['concat(docker.name, ka.verb) = <NA>', true],
    ['ka.verb = x or not (ka.verb = <NA> and ka.verb != <NA>)', true],
    ['concat(ka.verb, docker.name) = <NA>', false],
    ['ka.verb contains <NA>', false],
    ['ka.verb = anyof (<NA>)', false],
    ['docker.name = <NA>', false],
  ])('%s', (condition, warned) => {
    const verbs: FieldInfo[] = [
      { name: 'ka.verb', type: 'string', desc: 'a verb' },
      { name: 'ka.verbs', type: 'string', desc: 'verbs', isList: true },
    ];
    const origin = { ...TEST_ORIGIN, fields: [...TEST_ORIGIN.fields, ...verbs] };
    const { errors, warnings } = Engine.load(
      [{ name: 'r.yaml', text: rule('R', condition) }],
      origin,
      DEFAULT_SETTINGS,
    );
    expect(errors).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(warned ? ['LOAD_UNSAFE_NA_CHECK'] : []);
  });
});

describe('files', () => {
  it('may be empty, have several documents, and use anchors', () => {
    expect(load(['', '---\n---\n', '# nothing\n']).errors).toEqual([]);
    const anchored = `- list: a\n  items: &some [start]\n- list: b\n  items: *some\n---\n${rule('R', 'docker.action in (a) or docker.action in (b)')}`;
    expect(alertsOf(anchored).alerts).toEqual(['R:start']);
  });

  it('see what earlier files defined and not what later ones do', () => {
    const macro = item('macro: started\ncondition: docker.action = start');
    expect(alertsOf(macro, rule('R', 'started')).alerts).toEqual(['R:start']);
    expect(load([rule('R', 'started'), macro]).errors[0]).toContain(
      "1.yaml:3:15: LOAD_ERR_VALIDATE: unknown macro 'started'",
    );
  });

  it('can require versions', () => {
    const versions = (version: string) =>
      item(
        `required_plugin_versions:\n  - name: other\n    version: 1.0.0\n    alternatives: [{name: docker, version: ${version}}]`,
      );
    expect(load([versions('0.4.0')]).errors).toEqual([]);
    expect(load([versions('0.6.0')]).errors[0]).toContain('the rules need the plugin other 1.0.0 or docker 0.6.0');
    expect(load([versions('latest')]).errors[0]).toContain("'latest' is not a version of the plugin docker");
    expect(load([item('required_engine_version: 0.62.0'), item('required_engine_version: 11')]).errors).toEqual([]);
    expect(load([item('required_engine_version: new')]).errorCodes).toEqual(['LOAD_ERR_YAML_VALIDATE']);
  });
});
