import { describe, expect, it } from 'vitest';
import { Condition } from '#docktape/rules/condition.js';
import { TEST_ORIGIN, TestBatch, type TestEvent } from './test-batch.js';

const EVENTS: TestEvent[] = [
  {
    'docker.action': 'start',
    'docker.name': 'web-1',
    'docker.path': '/usr/local/bin/tool',
    'docker.type': 'container',
  },
  { 'docker.action': 'die', 'docker.name': 'Web-2', 'docker.code': 137n, 'docker.took': 5_000_000_000n },
  { 'docker.action': 'mount', 'docker.name': '', 'docker.readonly': true, 'docker.path': '/usr' },
  { 'docker.action': 'mount', 'docker.readonly': false, 'docker.code': 0n, 'docker.args': ['-a', '-b', 'x', 'file'] },
  { 'docker.action': 'exec', 'docker.name': 'na\xc3\xafve', 'docker.args': ['-a'], 'docker.codes': [1n, 2n] },
  { 'docker.attributes[a b/c]': 'v', 'docker.attributes[read/write]': 'true', 'docker.name': 'aGVsbG8=' },
];

/** The indexes of the events that a condition selects. */
function selected(condition: string): number[] {
  const mask = Condition.compile(condition, TEST_ORIGIN).select(new TestBatch(EVENTS));
  return [...mask.entries()].filter(([, bit]) => bit === 1).map(([index]) => index);
}

function expectSelected(table: Readonly<Record<string, number[]>>): void {
  const found = Object.fromEntries(Object.keys(table).map((condition) => [condition, selected(condition)]));
  expect(found).toEqual(table);
}

describe('logic', () => {
  it('binds not before and before or', () => {
    expectSelected({
      'docker.action = start or docker.action = mount and docker.code = 0': [0, 3],
      '(docker.action = start or docker.action = mount) and docker.code = 0': [3],
      'not docker.action = start and docker.action = die': [1],
      'not (docker.action = start or docker.action = die)': [2, 3, 4, 5],
      'not not docker.action = start': [0],
      'docker.action=start or(docker.action=die)': [0, 1],
      'docker.action = start\n\tor docker.action = die': [0, 1],
    });
  });

  it('is false for every comparison of an absent value, and for != too', () => {
    expectSelected({
      'docker.code != 5': [1, 3],
      'not docker.code = 5': [0, 1, 2, 3, 4, 5],
      'not docker.code != 5': [0, 2, 4, 5],
      'docker.code in ()': [],
      'not docker.name startswith ""': [3],
      'docker.name exists': [0, 1, 2, 4, 5],
      'docker.name = ""': [2],
    });
  });
});

describe('comparisons of strings', () => {
  it('compares bytes', () => {
    expectSelected({
      'docker.action == start': [0],
      'docker.action != mount': [0, 1, 4],
      'docker.name < 5': [2],
      'docker.name < val(docker.action)': [1, 2],
      'docker.name contains EB': [],
      'docker.name icontains EB': [0, 1],
      'docker.name startswith we': [0],
      'docker.name endswith -2': [1],
      'docker.name contains "na\u00efve"': [4],
    });
  });

  it('matches globs over whole values, also across slashes', () => {
    expectSelected({
      'docker.path glob "/usr*"': [0, 2],
      'docker.name glob "[wW]eb-?"': [0, 1],
      'docker.name iglob "WEB-*"': [0, 1],
    });
  });

  it('matches regular expressions over whole values', () => {
    expectSelected({
      'docker.name regex "[wW]eb-[[:digit:]]"': [0, 1],
      'docker.name regex "eb"': [],
      'docker.name regex "na.ve"': [4],
    });
  });

  it('compares paths by components', () => {
    expectSelected({
      'docker.path pmatch (/usr/local, /opt)': [0],
      'docker.path pmatch (/usr)': [0, 2],
      'docker.path pmatch (/us)': [],
      'docker.path pmatch (/usr/*/bin)': [0],
      'docker.path pmatch (/)': [0, 2],
    });
  });

  it('takes lists, quoted values among them, and a name without parentheses', () => {
    expectSelected({
      'docker.action in (start, \'die\', "exec")': [0, 1, 4],
      'docker.action intersects (start)': [0],
      'docker.action in start': [0],
    });
  });

  it('takes modifiers before a list', () => {
    expectSelected({
      'docker.name contains anyof (1, 2)': [0, 1],
      'docker.name icontains allof (w, 2)': [1],
      'docker.name icontains oneof (w, 2)': [0],
      'docker.action = anyof (start, die)': [0, 1],
      'docker.action != allof (start, die)': [2, 3, 4],
      'docker.action = anyof ()': [],
      'docker.action = anyof': [],
    });
  });
});

describe('comparisons of other types', () => {
  it('compares numbers, with a sign as the C library reads it', () => {
    expectSelected({
      'docker.code >= 137': [1],
      'docker.code < 137': [3],
      'docker.code = 0137': [1],
      'docker.code > -1': [],
      'docker.code <= 99999999999999999999999': [1, 3],
      'docker.code in (0, 1)': [3],
      'docker.took = 5000000000': [1],
    });
  });

  it('compares booleans with true and false', () => {
    expectSelected({
      'docker.readonly = true': [2],
      'docker.readonly != true': [3],
      'docker.readonly in (true, false)': [2, 3],
    });
  });

  it('asks of lists whether all or some of their values are in a set', () => {
    expectSelected({
      'docker.args in (-a, -b)': [4],
      'docker.args intersects (-b)': [3],
      'docker.codes in (1, 2, 3)': [4],
      'docker.args exists': [3, 4],
    });
  });

  it('takes arguments, in quotes too', () => {
    expectSelected({
      'docker.attributes[read/write] = true': [5],
      'docker.attributes["read/write"] = true': [5],
      'docker.attributes[none] exists': [],
    });
  });
});

describe('transformers', () => {
  it('changes values before they are compared', () => {
    expectSelected({
      'tolower(docker.name) = web-2': [1],
      'toupper(docker.name) = WEB-1': [0],
      'basename(docker.path) in (tool, usr)': [0, 2],
      'len(docker.name) = 5': [0, 1],
      'len(docker.args) > 1': [3],
      'len(tolower(docker.name)) = 0': [2],
      'b64(docker.name) = hello': [5],
      'b64(docker.name) exists': [2, 5],
    });
  });

  it('joins several values, absent when one of them is', () => {
    expectSelected({
      'concat(docker.action, "/", docker.name) = "start/web-1"': [0],
      'concat(docker.action, docker.type) exists': [0],
      'join("-", (docker.action, docker.name, 5)) = start-web-1-5': [0],
      'join("-", (docker.action, docker.type)) exists': [0],
    });
  });

  it('finds options among arguments', () => {
    expectSelected({
      'getopt(docker.args, "ab:") intersects (x)': [3],
      'getopt(docker.args, "ab:")[b] = x': [3],
      'getopt(docker.args, "ab")[b] = b': [3],
      'getopt(docker.args, "b") in ("?")': [4],
    });
  });

  it('compares fields with each other', () => {
    expectSelected({
      'docker.action = val(docker.action)': [0, 1, 2, 3, 4],
      'docker.action = val(docker.name)': [],
      'docker.name != val(docker.action)': [0, 1, 2, 4],
      'docker.name = tolower(docker.name)': [0, 2, 4],
      'docker.name startswith basename(docker.path)': [],
    });
  });
});

describe('fields of every event', () => {
  it('knows number, time and source', () => {
    expectSelected({
      'evt.num = 2': [1],
      'evt.num in (1, 3)': [0, 2],
      'evt.rawtime = 1700000001000000001': [1],
      'evt.rawtime.s > 1700000003': [4, 5],
      'evt.reltime >= 4000000000': [4, 5],
      'evt.source = docker and evt.pluginname = docker and evt.num < 2': [0],
      'evt.plugininfo contains mount': [2, 3],
      'evt.time.iso8601 startswith 2023-11-14T22:13:21.': [1],
      'evt.is_async = true or evt.asynctype exists': [],
    });
  });

  it('counts on over the batches of a stream', () => {
    const condition = Condition.compile('evt.num = 8 and evt.reltime.s = 7', TEST_ORIGIN);
    expect([...condition.select(new TestBatch(EVENTS))]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...condition.select(new TestBatch(EVENTS, 7))]).toEqual([0, 1, 0, 0, 0, 0]);
  });
});

describe('columns', () => {
  it('asks for each field once, and for none that the plugin does not extract', () => {
    const condition = Condition.compile('docker.name = a or docker.name = b and evt.num = 1', TEST_ORIGIN);
    const batch = new TestBatch(EVENTS);
    condition.select(batch);
    expect(condition.requests).toEqual([{ field: 'docker.name' }]);
    expect(batch.asked).toEqual([[{ field: 'docker.name' }]]);
  });

  it('has nothing to select in an empty batch', () => {
    expect(Condition.compile('docker.name = a', TEST_ORIGIN).select(new TestBatch([]))).toHaveLength(0);
  });
});
