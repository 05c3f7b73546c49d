import { describe, expect, it } from 'vitest';
import { TEST_ORIGIN } from '../rules/test-batch.js';
import { caretText, dockerPlugin, findingsOn, lintOf, rule } from './support/lint.js';

const plugin = dockerPlugin();

/** The messages of these codes on a rule of this condition. */
function said(condition: string, codes: readonly string[] = ['LINT_NEVER_FIRES', 'LINT_DEAD_BRANCH']): string[] {
  return lintOf(condition, plugin).filter((text) => codes.some((code) => text.startsWith(code)));
}

describe('a condition that no event can meet', () => {
  it.each([
    ['two values of one field', 'docker.type = container and docker.type = image'],
    ['sets without a value in common', 'docker.type in (container, image) and docker.type in (network, volume)'],
    ['a value that is excluded', 'docker.type = container and docker.type != container'],
    ['a value that `not` excludes', 'docker.type = container and not docker.type in (container, image)'],
    ['a comparison and its contrary', 'docker.attributes.name glob a* and not docker.attributes.name glob a*'],
    ['a value against another operator', 'docker.action = start and docker.action startswith exec'],
    ['a value against a regular expression', `docker.attributes.name = web and docker.attributes.name regex '[0-9]+'`],
    ['a value against a glob, by letters', 'docker.attributes.name = Web and docker.attributes.name glob w*'],
    ['a modified comparison', 'docker.action startswith oneof (a, ab) and docker.action = abc'],
    ['an empty list', 'docker.type in ()'],
    ['an empty range', 'docker.exitcode > 5 and docker.exitcode < 3'],
    ['a range between two numbers', 'docker.exitcode > 5 and docker.exitcode < 6'],
    [
      'a range whose numbers are all excluded',
      'docker.exitcode > 5 and docker.exitcode < 8 and not docker.exitcode in (6, 7)',
    ],
    ['less than nothing', 'docker.exitcode < 0'],
    ['negated bounds', 'docker.exitcode exists and not docker.exitcode < 5 and not docker.exitcode >= 5'],
    ['both booleans excluded', 'docker.volume.readonly != true and docker.volume.readonly != false'],
    ['a field that is there and is not', 'docker.exitcode = 1 and not docker.exitcode exists'],
    ['a field that is only absent, compared with another', 'not docker.from exists and docker.from = val(docker.id)'],
    ['two beginnings', 'docker.exec.command startswith sh and docker.exec.command startswith bash'],
    ['two ends', 'docker.exec.command endswith sh and docker.exec.command endswith py'],
    ['a beginning that holds what is excluded', 'docker.from startswith busybox and not docker.from contains box'],
    ['a small letter made of capitals', 'tolower(docker.from) = BusyBox'],
    ['a capital in small letters', 'tolower(docker.from) startswith Busy'],
    ['two values of a transformed field', 'tolower(docker.from) = a and tolower(docker.from) in (b, c)'],
    ['a transformed field and the field', 'toupper(docker.type) = IMAGE and docker.type = container'],
    ['a length below zero', 'len(docker.from) < 0'],
    ['constants', 'toupper("a") = a'],
    ['another source', 'evt.source = syscall'],
    ['no other source', 'not evt.source = docker'],
    ['alternatives that are all dead', 'docker.type = image and (docker.type = container or docker.type = volume)'],
    ['an alternative around them', '(docker.type = image and docker.type = network) or docker.exitcode < 0'],
    ['a verb that the action does not have', 'docker.action = start and docker.action.verb = stop'],
    ['a detail that the action does not have', 'docker.action = start and docker.action.detail exists'],
    ['a volume’s field on a container', 'docker.type = container and docker.volume.name = data'],
    ['a command of another verb', 'docker.exec.command = sh and docker.action.verb = exec_die'],
  ])('%s: %s', (_, condition) => {
    expect(said(condition)).toHaveLength(1);
    expect(said(condition)[0]).toMatch(/^LINT_NEVER_FIRES: the rule can never fire: /);
  });

  it.each([
    'docker.type = container and docker.type != image',
    'docker.type in (container, image) and docker.type in (image, volume)',
    'not docker.type = container and not docker.type = image',
    // Absent fields meet any `not`.
    'not docker.volume.readonly = true and not docker.volume.readonly = false',
    'not docker.exitcode < 5 and not docker.exitcode >= 5',
    'not docker.type in ()',
    'not docker.exitcode exists and not docker.exitcode = 1',
    'docker.exitcode > 5 and docker.exitcode < 7',
    'docker.exitcode >= 5 and docker.exitcode <= 5',
    'docker.exitcode <= 18446744073709551615',
    'docker.exec.command startswith sh and docker.exec.command startswith "sh -c"',
    'docker.exec.command endswith sh and docker.exec.command contains py',
    'docker.from contains box and not docker.from startswith busybox',
    'tolower(docker.from) = busybox and docker.from = BusyBox',
    'toupper(docker.from) startswith "BUSY:1"',
    'basename(docker.volume.destination) = data',
    'b64(docker.from) = a and b64(docker.from) != b',
    'docker.from = val(docker.id) and docker.from != val(docker.actor.id)',
    'docker.type = container and (docker.action = start or docker.action = stop)',
    'docker.action = "exec_start: sh" and docker.action.verb = exec_start and docker.action.detail = sh',
    'docker.container.id = abc and docker.type = network',
    'evt.source = docker and evt.pluginname = docker',
    'evt.reltime < 0',
    'docker.attributes[a] = x and docker.attributes[b] = y',
    'docker.action startswith anyof (exec, start) and docker.action startswith anyof (stop, start)',
  ])('says nothing of %s', (condition) => {
    expect(said(condition)).toEqual([]);
  });

  it('says why, and puts the caret under the part that a reader must look at', () => {
    const [finding] = findingsOn(
      rule('R', 'docker.action = start and docker.type = container and docker.type = image'),
      plugin,
    );
    expect(finding).toMatchObject({ severity: 'warning', code: 'LINT_NEVER_FIRES', rule: 'R' });
    expect(finding?.message).toBe(
      'the rule can never fire: `docker.type = container` and `docker.type = image` cannot both hold',
    );
    expect(finding && caretText(finding)).toMatch(/^docker\.type = image"/);
    expect(said('docker.type = image and docker.volume.name = x')[0]).toContain(
      'cannot both hold: docker.volume.name is only there where `docker.type = volume`',
    );
  });

  it('sees through macros and exceptions', () => {
    const macro = '- macro: is_container\n  condition: (docker.type = container)\n';
    const exceptions = [{ name: 'e', fields: 'docker.type', values: ['container', 'image'] }];
    const text = (condition: string, more = {}) =>
      findingsOn(macro + rule('R', condition, more), plugin).map(({ code }) => code);
    expect(text('is_container and docker.type = image')).toEqual(['LINT_NEVER_FIRES']);
    expect(text('is_container and docker.action = start', { exceptions })).toEqual(['LINT_NEVER_FIRES']);
    expect(text('is_container and docker.action = start')).toEqual([]);
  });

  it('takes what other plugins say of their fields, and lists as they are', () => {
    const dead = (condition: string) =>
      lintOf(condition, TEST_ORIGIN).filter((text) => text.startsWith('LINT_NEVER_FIRES')).length;
    expect(dead('docker.code = 1 and docker.code = 2')).toBe(1);
    expect(dead('docker.readonly = true and docker.readonly = false')).toBe(1);
    expect(dead('docker.args intersects ()')).toBe(1);
    // No value at all is in any list.
    expect(dead('docker.args in ()')).toBe(0);
    expect(dead('docker.args in (a) and docker.args in (b)')).toBe(0);
    expect(dead('docker.args intersects (a) and docker.args intersects (b)')).toBe(0);
    expect(dead('docker.peer = 10.0.0.1 and docker.peer = 10.0.0.2')).toBe(1);
  });

  it('gives up where it would take too long, and says nothing', () => {
    const pairs = Array.from(
      { length: 40 },
      (_, i) => `(docker.attributes[a${i}] glob x* or docker.attributes[b${i}] glob y*)`,
    );
    const started = performance.now();
    expect(said(`${pairs.join(' and ')} and docker.from = a and tolower(docker.from) = b`)).toHaveLength(1);
    expect(said(`${pairs.join(' and ')} and docker.from = val(docker.id)`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('an alternative that can never hold', () => {
  it('is told where the others live', () => {
    const [finding, ...others] = findingsOn(
      rule('R', 'docker.type = container and (docker.type = image or docker.action = start)'),
      plugin,
    );
    expect(others).toEqual([]);
    expect(finding?.code).toBe('LINT_DEAD_BRANCH');
    expect(finding && caretText(finding)).toMatch(/^docker\.type = image or/);
  });

  it('leaves alternatives that repeat what stands around them', () => {
    const condition =
      'docker.type = container and (docker.type = container and docker.action = start or docker.type = image)';
    expect(said(condition)).toEqual([expect.stringContaining('LINT_DEAD_BRANCH')]);
    const negated =
      'not docker.exitcode > 0 and (not docker.exitcode > 0 and docker.action = die or docker.exitcode > 0)';
    expect(said(negated)).toEqual([expect.stringContaining('LINT_DEAD_BRANCH')]);
  });

  it('may be inside of another, and is told once', () => {
    expect(said('docker.action = start or docker.type = image and (docker.from = a or docker.type = volume)')).toEqual([
      expect.stringContaining('LINT_DEAD_BRANCH: this alternative can never hold: '),
    ]);
  });

  it.each([
    'docker.type = container and (docker.action = start or docker.action = stop)',
    // Of `not (a or b)` both are excluded, and what excludes nothing does no harm.
    'docker.type = container and not (docker.type = image or docker.action = start)',
    'docker.type = container or docker.type = image',
  ])('is not seen in %s', (condition) => {
    expect(said(condition)).toEqual([]);
  });

  it('of a macro is what another rule may use', () => {
    const macro =
      '- macro: ended\n  condition: (docker.type = container and docker.action = die or docker.type = volume and docker.action = destroy)\n';
    const condition = 'docker.type = container and ended';
    expect(findingsOn(macro + rule('R', condition), plugin)).toEqual([]);
  });
});
