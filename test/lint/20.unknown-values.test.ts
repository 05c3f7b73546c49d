import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, verbOf } from '#docktape/lint/docker/event-kinds.js';
import { isAlwaysPresent } from '#docktape/lint/docker/field-facts.js';
import { TEST_ORIGIN } from '../rules/test-batch.js';
import { projectPath } from '../support/docktape.js';
import { caretText, dockerPlugin, findingsOn, lintOf, rule, shippedEvents } from './support/lint.js';

const plugin = dockerPlugin();

function said(condition: string): string[] {
  return lintOf(condition, plugin).filter((text) => text.startsWith('LINT_UNKNOWN_VALUE'));
}

describe('a value that no daemon is known to send', () => {
  it.each([
    ['docker.type = contaner', 'did you mean container?'],
    ['docker.type in (container, imgae)', 'did you mean image?'],
    ['docker.action = strat', "has the action 'strat'; did you mean start?"],
    ['docker.action.verb = exec_strat', 'did you mean exec_start?'],
    ['docker.status in (create, died)', "has the action 'died'; did you mean die?"],
    ['docker.type != conatiner', 'did you mean container?'],
    ['docker.type = container and not docker.action = exec_dei', 'did you mean exec_die?'],
    ['docker.action = oneof (start, stpo)', 'did you mean stop?'],
    ['docker.action = "health_status: helthy"', 'did you mean health_status: healthy?'],
    ['docker.action startswith exec_strat', 'no known Docker daemon sends such an event'],
    ['docker.action = exec_start', 'compare docker.action.verb'],
    ['docker.status = exec_create', 'compare docker.action.verb'],
    ['docker.type = container and docker.action = "daemon lots"', 'did you mean daemon lost?'],
  ])('is told: %s', (condition, words) => {
    expect(said(condition)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    'docker.type = container and docker.action in (create, start, die, destroy)',
    'docker.action = "exec_start: sh -c id"',
    'docker.action.verb in (exec_create, exec_start, exec_die)',
    'docker.action glob "exec_*"',
    'docker.status in (create, start, die)',
    'docker.attributes.name = contaner',
    'docker.action in (extract-to-dir, archive-path, copy)',
    'docker.action = "health_status: unhealthy"',
    // Podman's.
    'docker.type = pod and docker.action = remove',
    'docker.type = container and docker.action in (remove, init, cleanup)',
    // docktape's own.
    'docker.type = docktape and docker.action in (gap, "daemon lost", "daemon back", "missed start", "missed die")',
  ])('is not %s', (condition) => {
    expect(said(condition)).toEqual([]);
  });

  it('has the caret under it, or under the list that it is in', () => {
    const list = '- list: ends\n  items: [die, destory]\n';
    const [finding] = findingsOn(`${list}${rule('R', 'docker.type = container and docker.action in (ends)')}`, plugin);
    expect(finding).toMatchObject({ code: 'LINT_UNKNOWN_VALUE', rule: 'R', place: { line: 5 } });
    expect(finding?.text).toContain("'destory'; did you mean destroy? (in the list 'ends'");
    expect(finding && caretText(finding)).toBe('ends)"');
    const [plain] = findingsOn(rule('R', 'docker.action in (die, destory)'), plugin);
    expect(plain && caretText(plain)).toBe('destory)"');
  });

  it('in a list or macro that several rules use is told once', () => {
    const macro = '- macro: started\n  condition: (docker.action = strat)\n';
    const rules = rule('A', 'started and docker.type = container') + rule('B', 'started and docker.type = image');
    expect(findingsOn(macro + rules, plugin).map(({ code }) => code)).toEqual(['LINT_UNKNOWN_VALUE']);
  });

  it('is nothing that is known of another plugin', () => {
    const other = { ...TEST_ORIGIN, info: { ...TEST_ORIGIN.info, name: 'other', eventSource: 'other' } };
    expect(lintOf('docker.type = contaner', other, { source: 'other' })).toEqual([]);
  });
});

describe('a type and an action that do not go together', () => {
  it.each([
    ['docker.type = network and docker.action = start', ['`docker.type = network` with `docker.action = start`']],
    ['docker.type = volume and docker.action in (create, start)', ['with `docker.action = start`']],
    ['docker.action = pull and docker.type in (container, network)', ['network)` with `docker.action = pull`']],
    ['docker.type = image and docker.action.verb = exec_start', ['`docker.type = image`']],
    ['docker.volume.name = data and docker.action = oom', ['`docker.volume.name = data` with']],
    ['docker.type = image and docker.status = die', ['`docker.type = image` with']],
    ['docker.type = network and docker.action startswith exec_', ['so the rule will not fire']],
  ])('are told: %s', (condition, words) => {
    expect(said(condition)).toHaveLength(1);
    for (const text of words) expect(said(condition)[0]).toContain(text);
  });

  it.each([
    'docker.type = network and docker.action in (create, destroy, remove)',
    'docker.type in (network, container) and docker.action = start',
    'docker.type = network or docker.action = start',
    'not docker.type = network and docker.action = start',
    'docker.type != network and docker.action = start',
    'docker.type = network and not docker.action = start',
    'docker.type = volume and not docker.status = create and docker.action = create',
    'docker.type = container and docker.action startswith "exec_start: s"',
    'docker.exec.command startswith sh and docker.action startswith exec_',
  ])('are not seen in %s', (condition) => {
    expect(said(condition)).toEqual([]);
  });

  it('in a macro are what some rules mean', () => {
    const macro = '- macro: changed\n  condition: (docker.action in (start, connect, create))\n';
    expect(findingsOn(macro + rule('R', 'docker.type = network and changed'), plugin)).toEqual([]);
    const one = '- macro: started\n  condition: (docker.action = start)\n';
    expect(findingsOn(one + rule('R', 'docker.type = network and started'), plugin).map(({ code }) => code)).toEqual([
      'LINT_UNKNOWN_VALUE',
    ]);
  });
});

describe('what is known of events', () => {
  it('agrees with every recorded event: its kind is known, and the fields are there that always are', async () => {
    const events = await shippedEvents(plugin);
    const fields = [
      ...plugin.fields.filter(({ arg }) => !arg).map(({ name }) => ({ field: name })),
      ...['name', 'image', 'exitCode', 'signal', 'read/write'].map((arg) => ({ field: 'docker.attributes', arg })),
    ];
    const columns = events.extract(fields);
    const value = (name: string, i: number) => {
      const column = columns[fields.findIndex(({ field }) => field === name)];
      return String(column?.values[column.codes[i] as number]);
    };
    let checked = 0;
    for (let i = 0; i < events.count; i++) {
      const [type, action] = [value('docker.type', i), value('docker.action', i)];
      const kind = EVENT_KINDS.find((known) =>
        known.type === type && known.action.endsWith(': ') ? action.startsWith(known.action) : known.action === action,
      );
      expect(kind, `${type} ${action}`).toBeDefined();
      if (!kind || verbOf(action) === 'prune') continue;
      fields.forEach((field, f) => {
        const { field: name, arg } = { arg: undefined, ...field };
        if (!isAlwaysPresent(name, arg, { ...kind, type })) return;
        checked++;
        expect(columns[f]?.codes[i], `${name}[${arg}] on ${type} ${action}`).not.toBe(0);
      });
    }
    expect(checked).toBeGreaterThan(500);
  });

  it('has docktape’s own events as the recorder writes them', () => {
    const source = readFileSync(projectPath('src/docker/own-events.ts'), 'utf8');
    const written = /readonly action: ([^;]+);/.exec(source)?.[1]?.match(/[a-z][a-z ]+/g) ?? [];
    const known = EVENT_KINDS.filter(({ type }) => type === 'docktape').map(({ action }) => action);
    expect(written.length).toBeGreaterThan(2);
    expect(known).toEqual(expect.arrayContaining(written));
  });
});
