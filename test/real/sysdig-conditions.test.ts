import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { docktape, docktapeLines } from './support/cli.js';
import { joinShipped, type ShippedCapture } from './support/shipped-capture.js';
import { type Verdict, verdictsOfSysdig } from './support/sysdig-batch.js';

/** Conditions that both engines know, by topic; all over the events of the captures that ship. */
const conditions: Record<string, string[]> = {
  'equality of strings': [
    'docker.type = container',
    'docker.type == network',
    'docker.action != start',
    'docker.type = CONTAINER',
    'docker.status = die',
    'docker.type=volume',
  ],
  'parts of strings': [
    'docker.action contains exec',
    'docker.action contains EXEC',
    'docker.action icontains EXEC',
    'docker.action startswith exec_',
    'docker.action endswith "e"',
    'docker.id startswith sha256:',
    "docker.action contains ': '",
    "docker.type contains ''",
  ],
  patterns: [
    'docker.action glob exec_*',
    'docker.action glob "exec_?????: *"',
    'docker.attributes.name glob *-*-[0-9]',
    'docker.attributes.image glob *:*',
    'docker.action iglob EXEC_*',
    'docker.action regex "exec_.*"',
    "docker.action regex '(start|die)'",
    "docker.action regex 'tar'",
    "docker.id regex '[0-9a-f]{64}'",
    "docker.attributes.name regex '[a-z]+(-[a-z]+)+(-[0-9])?'",
  ],
  lists: [
    'docker.action in (start, die)',
    'docker.action in (start)',
    'docker.action in ("start", \'die\' , destroy)',
    'docker.type in ()',
    'docker.volume.destination pmatch (/var, /usr)',
    'docker.volume.destination pmatch (/va)',
    'docker.volume.destination pmatch (/etc/*)',
    'docker.exitcode in (1, 3, 137)',
    'docker.attributes[exitCode] in (3, 137)',
  ],
  numbers: [
    'docker.exitcode = 0',
    'docker.exitcode != 0',
    'docker.exitcode > 1',
    'docker.exitcode >= 3',
    'docker.exitcode < 3',
    'docker.exitcode <= 137 and docker.exitcode > 3',
    'docker.signal = 9',
    'docker.signal > 9',
    'evt.num > 20',
    'evt.num <= 3',
  ],
  'presence and absence': [
    'docker.exitcode exists',
    'not docker.exitcode exists',
    'docker.exec.id exists',
    'docker.container.oldname exists',
    'docker.exitcode != 1',
    'not docker.exitcode = 1',
    'docker.signal < 100 or not docker.signal exists',
    'docker.swarm.task exists',
    'docker.swarm.task != x',
    'not docker.swarm.task != x',
    'docker.from exists and not docker.from contains tool',
  ],
  'booleans and times': [
    'docker.volume.readonly = true',
    'docker.volume.readonly = false',
    'docker.volume.readonly != true',
    'docker.volume.readonly exists',
    'docker.time exists',
    'docker.time > 1700000000000000000',
    'docker.time < 1700000000000000000',
    'evt.rawtime > 1700000000000000000',
  ],
  'field arguments': [
    'docker.attributes[name] = web',
    'docker.attributes[team] exists',
    'docker.attributes[com.docker.compose.project] = shop',
    'docker.attributes["team"] = payments',
    "docker.attributes['exitCode'] = 3",
    'docker.attributes[read/write] = false',
    'docker.attributes[nosuch] exists',
    'not docker.attributes[nosuch] = x',
  ],
  contexts: [
    'docker.enriched = true',
    'docker.enriched = false',
    'docker.container.privileged = true',
    'docker.container.privileged != true',
    'not docker.container.privileged exists',
    'docker.container.user = root and docker.exec.user exists',
    'docker.container.network_mode = host or docker.container.pid_mode = host',
    'docker.container.restart_policy startswith on-failure',
    'docker.container.command contains sleep',
    'docker.container.created > 1700000000000000000',
    'docker.container.mount_rw[/var/run/docker.sock] = true',
    'docker.container.mount_rw[/etc] exists',
    'docker.container.mount_rw[/nosuch] exists',
    'docker.host.name = docktape',
    'not docker.host.engine exists',
  ],
  'lists of contexts': [
    'docker.container.cap_add exists',
    'docker.container.cap_add in (NET_BIND_SERVICE, CHOWN, SETUID, SETGID)',
    'docker.container.cap_add intersects (SYS_ADMIN, ALL)',
    'not docker.container.cap_drop intersects (ALL)',
    'docker.container.mount_sources intersects (/var/run/docker.sock)',
    'docker.container.mount_sources in (/var/run/docker.sock, /etc)',
    'docker.container.host_paths_rw intersects (/etc, /srv/shop)',
    'docker.container.security_opt intersects ("seccomp=unconfined")',
    'docker.container.env_names exists',
    'docker.exec.args intersects (sh, -c)',
    'docker.exec.args in (sh)',
  ],
  'and, or, not, parentheses': [
    'docker.type = container and docker.action = die',
    'docker.type = volume or docker.type = network',
    'docker.type = container and docker.action = die or docker.type = volume',
    'docker.type = container and (docker.action = die or docker.type = volume)',
    'not docker.type = container and docker.action = create',
    'not (docker.type = container and docker.action = create)',
    'not not docker.type = container',
    'not (not (docker.type = container or docker.type = image))',
    '((docker.type = container) and ((docker.action = start)))',
    '(docker.type=container)and(docker.action=start)',
    'docker.type = container\n and\n\tnot docker.action = start',
    'docker.type = container and not docker.action in (create, start, die, destroy) and not docker.action startswith exec',
  ],
  'values of other fields, and transformers': [
    'docker.status = val(docker.action)',
    'docker.attributes.container = val(docker.container.id)',
    'toupper(docker.type) = CONTAINER',
    'tolower(docker.attributes.name) = web',
    'docker.type = tolower(docker.type)',
    'len(docker.id) = 64',
    'len(docker.exec.command) > 5',
    'basename(docker.volume.destination) = data',
  ],
  quoting: [
    'docker.exec.command contains "id > /tmp/id"',
    "docker.exec.command contains 'sh -c'",
    'docker.exec.command = "ls /bin"',
    'docker.action.detail startswith "nmap "',
    'docker.attributes[oldName] = /worker',
    'docker.type = "container"',
    'evt.source = docker',
    'evt.pluginname = docker',
  ],
};

/** Conditions that neither engine takes. */
const refused = [
  'docker.type',
  'docker.type =',
  '(docker.type = container',
  'docker.type = container and',
  'docker.type = container or or docker.type = image',
  'NOT docker.type = container',
  'docker.nosuch = 1',
  'docker.attributes exists',
  'docker.attributes[no such key] exists',
  'docker.type[name] = container',
  'docker.exitcode = 0x89',
  'docker.exitcode = one',
  'docker.exitcode contains 1',
  'docker.action > create',
  'docker.action bcontains 65786563',
  "docker.action regex '('",
  "docker.action regex '(?i)exec.*'",
  'docker.volume.readonly = yes',
  'docker.time > 5s',
];

const folder = mkdtempSync(join(tmpdir(), 'docktape-conditions-'));
let shipped: ShippedCapture;
/** For each condition, what sysdig makes of it. */
let verdicts: Map<string, Verdict>;
/** For each condition, the numbers of the events that our engine selects. */
let selected: Map<string, string[]>;

beforeAll(async () => {
  shipped = joinShipped(folder);
  const all = [...Object.values(conditions).flat(), ...refused];
  const found = await verdictsOfSysdig(shipped.scap, all, [folder]);
  verdicts = new Map(all.map((condition, i) => [condition, found[i] as Verdict]));
  selected = selectAll();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for(Object.entries(conditions))('sysdig and docktape select the same events: %s', ([, some]) => {
  for (const condition of some) {
    expect(verdicts.get(condition), condition).toEqual({ events: selected.get(condition) });
  }
  const [first = ''] = some;
  expect(docktapeLines('show', shipped.capture, first, '--format', '%evt.num')).toEqual(selected.get(first));
});

test.for(refused)('sysdig and docktape refuse %s', (condition) => {
  expect(verdicts.get(condition)).toHaveProperty('refusal');
  expect(() => docktape('show', shipped.capture, condition)).toThrow(/ended with 2:\n.*condition:1:/);
});

test('most of the conditions tell events apart', () => {
  const { events } = shipped;
  const telling = [...selected.values()].filter((numbers) => numbers.length > 0 && numbers.length < events);
  expect(selected.size).toBeGreaterThanOrEqual(60);
  expect(telling.length).toBeGreaterThanOrEqual(60);
  console.log(`conditions: ${selected.size} over ${events} events, ${telling.length} of them select some and not all`);
});

/** One replay with a rule for each condition: starting docktape for each of them would take most of the time. */
function selectAll(): Map<string, string[]> {
  const rules = Object.values(conditions)
    .flat()
    .map((condition) => ({
      rule: condition,
      desc: '-',
      condition,
      output: '%evt.num',
      priority: 'INFO',
      source: 'docker',
    }));
  const file = join(folder, 'conditions.yaml');
  writeFileSync(file, JSON.stringify(rules));
  const numbers = new Map(rules.map(({ rule }) => [rule, [] as string[]]));
  for (const line of docktapeLines('replay', shipped.capture, '-r', file, '--json', '-o', 'rule_matching=all')) {
    const alert = JSON.parse(line) as { rule: string; output_fields: Record<string, unknown> };
    numbers.get(alert.rule)?.push(String(alert.output_fields['evt.num']));
  }
  return numbers;
}
