import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgeGolden } from '#docktape/regression/golden/judge-golden.js';
import { type GoldenMode, localGoldens, lockedGoldens, updatedGoldens } from '#docktape/regression/golden/modes.js';
import type { StreamAlerts } from '#docktape/regression/judge/judgement.js';
import { alert, at, RULES, stream } from '../judge/cases.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-golden-'));
  path = join(folder, 'goldens', 'night.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Judges alerts of one stream, or of several, against the golden. */
function judge(mode: GoldenMode, streams: readonly StreamAlerts[]) {
  const golden = { kind: 'golden', path, place: at(7) } as const;
  return judgeGolden({ golden, suite: join(folder, 'my.suite.yaml'), streams, rules: RULES, mode });
}

/** Puts a golden there. */
function record(text: string): void {
  mkdirSync(join(folder, 'goldens'), { recursive: true });
  writeFileSync(path, text);
}

function lineOf(rule: string, event: number, output = `${rule} on ${event}`): string {
  return JSON.stringify({ event, output, rule });
}

const two = [stream([alert('Shell', 3), alert('Kill', 4)])];
const twoLines = `${lineOf('Shell', 3)}\n${lineOf('Kill', 4)}\n`;

describe('01 modes', () => {
  it('locked: a missing golden fails, and nothing is written', () => {
    const { judgements, change } = judge(lockedGoldens, two);
    expect(change).toBeUndefined();
    expect(judgements).toEqual([
      {
        failure: {
          kind: 'golden',
          message: `the golden ${path} is missing: write it with \`docktape test --update\`, where CI is not set, review it and commit it`,
          place: at(7),
          expected: [],
          actual: ['event 3: Shell on 3', 'event 4: Kill on 4'],
        },
      },
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('local: a missing golden is written and reported, one that differs is left', () => {
    expect(judge(localGoldens, two)).toEqual({
      judgements: [],
      change: { path, added: twoLines.trim().split('\n'), removed: [] },
    });
    expect(readFileSync(path, 'utf8')).toBe(twoLines);
    expect(judge(localGoldens, two)).toEqual({ judgements: [] });
    const { judgements, change } = judge(localGoldens, [stream([])]);
    expect([judgements.length, change]).toEqual([1, undefined]);
    expect(readFileSync(path, 'utf8')).toBe(twoLines);
  });

  it('update: what differs is written anew, and nothing else', () => {
    record(`${lineOf('Shell', 3)}\n${lineOf('Kill', 9)}\n`);
    expect(judge(updatedGoldens, two)).toEqual({
      judgements: [],
      change: { path, added: [lineOf('Kill', 4)], removed: [lineOf('Kill', 9)] },
    });
    expect(readFileSync(path, 'utf8')).toBe(twoLines);
    expect(judge(updatedGoldens, two)).toEqual({ judgements: [] });
    expect(readdirSync(join(folder, 'goldens'))).toEqual(['night.jsonl']);
  });

  it('no alerts are an empty golden, which is not a missing one', () => {
    expect(judge(localGoldens, [stream([])]).change).toEqual({ path, added: [], removed: [] });
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(judge(lockedGoldens, [stream([])])).toEqual({ judgements: [] });
  });

  it('a golden that cannot be read or written fails with the reason', () => {
    mkdirSync(path, { recursive: true });
    expect(judge(updatedGoldens, two).judgements[0]?.failure.message).toContain(`cannot read the golden ${path}: `);
    path = join(folder, 'file', 'night.jsonl');
    writeFileSync(join(folder, 'file'), '');
    expect(judge(updatedGoldens, two).judgements[0]?.failure.message).toMatch(/^cannot (read|write) the golden /);
  });
});

describe('02 differences', () => {
  it('are told by event, with the event to look at', () => {
    record([lineOf('Kill', 2), lineOf('Shell', 3, 'otherwise'), lineOf('Kill', 9)].map((line) => `${line}\n`).join(''));
    const [judgement] = judge(lockedGoldens, two).judgements;
    expect(judgement?.failure).toMatchObject({
      message: `the alerts differ from the golden ${path}: 2 lost, 1 gained, 1 changed`,
      rule: 'Kill',
      rulePlace: { file: 'rules.yaml' },
      expected: [`the 3 lines of ${path}`],
      actual: [
        `- ${lineOf('Kill', 2)}`,
        `- ${lineOf('Shell', 3, 'otherwise')}`,
        `+ ${lineOf('Shell', 3)}`,
        `+ ${lineOf('Kill', 4)}`,
        `- ${lineOf('Kill', 9)}`,
      ],
    });
    expect(judgement?.question).toEqual({ rule: 'Kill', event: 2, stream: 0 });
  });

  it('are trimmed', () => {
    record('');
    const alerts = Array.from({ length: 100 }, (_, i) => alert('Kill', i + 1));
    const actual = judge(lockedGoldens, [stream(alerts)]).judgements[0]?.failure.actual;
    expect(actual).toHaveLength(21);
    expect(actual?.at(-1)).toBe('… and 80 more');
  });

  it('may be lines that are no alert at all', () => {
    record(`<<<<<<< HEAD\n${twoLines}null\n`);
    const [judgement] = judge(lockedGoldens, two).judgements;
    expect(judgement?.failure).toMatchObject({
      message: `the alerts differ from the golden ${path}: 2 lost`,
      actual: ['- <<<<<<< HEAD', '- null'],
    });
    expect(judgement?.question).toBeUndefined();
  });

  it('may be the order alone', () => {
    record(`${lineOf('Kill', 4)}\n${lineOf('Shell', 3)}\n`);
    expect(judge(lockedGoldens, two).judgements[0]?.failure).toMatchObject({
      message: `the alerts of the golden ${path} came in another order`,
      actual: [`- ${lineOf('Kill', 4)}`, `+ ${lineOf('Shell', 3)}`],
    });
  });

  it('count a line as often as it stands', () => {
    record(`${twoLines}${lineOf('Kill', 4)}\n`);
    expect(judge(updatedGoldens, two).change).toEqual({ path, added: [], removed: [lineOf('Kill', 4)] });
  });
});

describe('03 several streams', () => {
  const [a, b] = ['a.db', 'captures/b.db'];
  const several = () => [stream([alert('Kill', 1)], join(folder, a)), stream([alert('Shell', 1)], join(folder, b))];
  const lines = [
    '{"capture":"a.db","event":1,"output":"Kill on 1","rule":"Kill"}',
    '{"capture":"captures/b.db","event":1,"output":"Shell on 1","rule":"Shell"}',
  ];

  it('stand with their paths as seen from the suite', () => {
    expect(judge(updatedGoldens, several()).change).toEqual({ path, added: lines, removed: [] });
    expect(readFileSync(path, 'utf8')).toBe(`${lines[0]}\n${lines[1]}\n`);
  });

  it('are told apart in a difference', () => {
    record(`${lines[0]}\n${lines[1]?.replace('Shell', 'Kill').replace('"Shell"', '"Kill"')}\n`);
    const [judgement] = judge(lockedGoldens, several()).judgements;
    expect(judgement?.failure.message).toContain('1 lost, 1 gained');
    expect(judgement?.question).toEqual({ rule: 'Kill', event: 1, stream: 1 });
  });
});
