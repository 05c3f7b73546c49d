import { describe, expect, it } from 'vitest';
import { engineOf } from '../rules/load-rules.js';
import { TEST_ORIGIN, TestBatch } from '../rules/test-batch.js';
import { caretText, dockerPlugin, findingsOn, lintOf, rule } from './support/lint.js';

const plugin = dockerPlugin();

function slips(condition: string, origin = TEST_ORIGIN): string[] {
  return lintOf(condition, origin).filter((text) => text.startsWith('LINT_FALCO_SLIP'));
}

describe('globs of pmatch', () => {
  it.each([
    ['for one part, where one of them goes on', '(/var/*/log, /var/l*)', '/var/*/log', '/var/l*'],
    ['where both go on', '(/a*/x, /b*/y)', '/a*/x', '/b*/y'],
    ['behind a glob that both have', '(/a*/b?/c, /a*/[c]/d)', '/a*/b?/c', '/a*/[c]/d'],
    ['where another path stands between', '(/x*/a, /etc, /y*)', '/x*/a', '/y*'],
    ['with or without slashes', '(x*/a/, y*)', 'x*/a/', 'y*'],
  ])('%s, are told: %s', (_, paths, first, second) => {
    expect(slips(`docker.path pmatch ${paths}`)).toEqual([
      expect.stringContaining(`'${first}' and '${second}' have globs for the same part of a path`),
    ]);
  });

  it.each([
    ['end where they differ', '(/etc*, /var*, /opt?)'],
    ['are the same', '(/home/*/.ssh, /home/*/.aws)'],
    ['are for other parts', '(/a*/x, /b/y*)'],
    ['stand behind different parts', '(/a/x*/1, /b/y*/2)'],
    ['begin where a shorter path ends', '(/var, /var/*/log, /var/l*)'],
    ['are hidden by a shorter path that comes later', '(/var/*/log, /var/l*/x, /var)'],
    ['are none', '(/etc, /var/log)'],
  ])('are fine where they %s: %s', (_, paths) => {
    expect(slips(`docker.path pmatch ${paths}`)).toEqual([]);
  });

  it('are told at the second path', () => {
    const [finding] = findingsOn(rule('R', 'docker.volume.destination pmatch (/srv/*/x, /srv/y*)'), plugin);
    expect(finding?.code).toBe('LINT_FALCO_SLIP');
    expect(finding && caretText(finding)).toMatch(/^\/srv\/y\*\)/);
  });
});

describe('transformers and lists', () => {
  it.each([
    'tolower(docker.args) in (a)',
    'docker.name in (a)',
    'tolower(docker.name) in (a)',
    'docker.args in (a)',
    'toupper(docker.args) intersects (A)',
    'docker.name in tolower(docker.path)',
    'tolower(docker.name) in tolower(docker.path)',
    'tolower(docker.name) in val(docker.path)',
    'docker.args in basename(docker.args)',
    'tolower(docker.args) intersects val(docker.args)',
    'tolower(docker.args) in tolower(docker.args)',
    'docker.args intersects val(docker.args)',
    'docker.codes in (1)',
  ])('%s is told when it does not hold where it reads as if it did', (condition) => {
    const event = { 'docker.name': 'a', 'docker.path': 'a', 'docker.args': ['a'], 'docker.codes': [1n] };
    const alerts = engineOf(rule('R', condition)).evaluate(new TestBatch([event]));
    expect(slips(condition)).toHaveLength(1 - alerts.length);
  });

  it('say what to write', () => {
    expect(slips('docker.container.name in tolower(docker.compose.service)', plugin)).toEqual([
      'LINT_FALCO_SLIP: `docker.container.name in tolower(docker.compose.service)` never holds: what a transformer gives ' +
        'ends with a NUL in Falco, and `in` notices it; write = for a single value',
    ]);
    expect(slips('not tolower(docker.args) intersects (a)')).toEqual([
      expect.stringContaining('compare the list as it is'),
    ]);
  });
});
