import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import { until } from '../support/processes.js';
import { end, startDocktape } from './support/cli.js';
import { runContainers, startAndExecute } from './support/containers.js';
import { EventClient } from './support/event-client.js';
import { type Forward, ForwardingProxy, INSPECTION } from './support/forwarding-proxy.js';
import { Output, type OutputLine } from './support/output.js';
import { allRead, between } from './support/reading.js';

/** How a daemon answers questions about containers and execs, and how long events wait for it, in milliseconds. */
interface Behaviour {
  readonly what: string;
  readonly budget: number;
  readonly inspection: Forward;
}

/** The longest that docktape can be told to wait. */
const LONGEST = 10_000;
const USUAL = 200;

/**
 * What an event may take besides, in milliseconds, than one that has nothing to wait for: less than the 5 s after which docktape gives
 * up an answer, so that an event that waits for that is seen.
 */
const MARGIN = 4_500;

const REFUSING = 'with 403';

const IMPATIENT = /events do not wait/;
const PATIENT_AGAIN = /in time again/;

const behaviours: Behaviour[] = [
  {
    what: 'slowly, but in time',
    budget: LONGEST,
    inspection: (_, __, pass) => setTimeout(pass, 150),
  },
  { what: 'too late', budget: USUAL, inspection: (_, __, pass) => setTimeout(pass, 700) },
  { what: REFUSING, budget: USUAL, inspection: (_, answer) => answer.writeHead(403).end('Forbidden\n') },
  { what: 'with garbage', budget: USUAL, inspection: (_, answer) => garbage(answer) },
  { what: 'never', budget: USUAL, inspection: () => {} },
];

let mess = 0;
/** Each time something else that is no answer: no JSON, half of it, other JSON, wrong types, less than was announced, a daemon's own trouble. */
function garbage(answer: ServerResponse): void {
  const texts = ['<html>', '{"Id":', 'null', '[]', '{}', '{"Config":7,"HostConfig":[],"ProcessConfig":"x"}', '\0\xff'];
  mess += 1;
  if (mess % 5 === 0) answer.writeHead(500).end('{"message":"no space left"}');
  else if (mess % 5 === 1) answer.writeHead(200, { 'content-length': 1000 }).write('{"Id":', () => answer.destroy());
  else answer.writeHead(200, { 'content-type': 'application/json' }).end(texts[mess % texts.length]);
}

const everything = JSON.stringify([
  {
    rule: 'Everything',
    desc: 'd',
    condition: 'docker.type exists',
    output: '%docker.type %docker.action %docker.actor.id %docker.time %docker.enriched',
    priority: 'INFO',
    source: 'docker',
  },
]);

/** `docktape live` behind a proxy that behaves so. */
class Follower {
  readonly proxy: ForwardingProxy;
  readonly #live: ReturnType<typeof startDocktape>;
  readonly output: Output;

  private constructor(
    readonly behaviour: Behaviour,
    proxy: ForwardingProxy,
    rules: string,
  ) {
    this.proxy = proxy;
    const options = ['--json', '--enrich-timeout', String(behaviour.budget)];
    this.#live = startDocktape('live', proxy.host, '-r', rules, ...options);
    this.output = new Output(this.#live);
  }

  static async start(behaviour: Behaviour, rules: string): Promise<Follower> {
    const proxy = new ForwardingProxy(dockerd.socket, (asked, answer, pass) => {
      if (INSPECTION.test(asked.path)) behaviour.inspection(asked, answer, pass);
      else pass();
    });
    await proxy.start();
    return new Follower(behaviour, proxy, rules);
  }

  /** The alerts so far, each of one event. */
  readonly lines = () => this.output.lines.map(({ text }) => text);

  /** What it has said like that. */
  said(text: RegExp): string[] {
    return this.output.errors.map((line) => line.text).filter((said) => text.test(said));
  }

  /** One of the figures that it ends with. */
  figure(name: string): number {
    const metrics = this.output.errors.find(({ text }) => text.includes('metrics: '))?.text ?? '';
    return Number(new RegExp(` ${name}=(\\d+)`).exec(metrics)?.[1]);
  }

  async stop(): Promise<void> {
    await end(this.#live);
    await this.proxy.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'docktape-answers-'));
let dockerd: Dockerd;
let followers: Follower[] = [];
/** What a plain client of the daemon saw. */
let truth: string[];
let begin: string;

// All at once, so that the daemon's events are the same for each.
beforeAll(async () => {
  dockerd = await startDockerd();
  const rules = join(folder, 'rules.yaml');
  writeFileSync(rules, everything);
  const plain = await EventClient.connect(dockerd.socket);
  const plainLines = () => plain.lines().map(({ text }) => text);
  try {
    followers = await Promise.all(behaviours.map((behaviour) => Follower.start(behaviour, rules)));
    await Promise.all(followers.map(({ output }) => output.waitFor('reading events from')));
    const readers = [plainLines, ...followers.map(({ lines }) => lines)];
    begin = await allRead(dockerd, 'begin', readers);
    await Promise.all([staying('stays-1'), staying('stays-2')]);
    await runContainers(dockerd, 8);
    await allRead(dockerd, 'end', readers);
    await untilImpatient(of('never'));
  } finally {
    plain.close();
    for (const follower of followers) await follower.stop();
  }
  truth = between(plainLines(), begin, '"end-');
}, 200_000);

afterAll(async () => {
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Has more happen: it takes some time, and some questions, until a daemon is believed not to answer. */
async function untilImpatient(follower: Follower): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (follower.said(IMPATIENT).length === 0 && performance.now() < deadline) await runContainers(dockerd, 1);
}

/** A container that is there until somebody who waits for all answers has had them. */
async function staying(name: string): Promise<void> {
  const container = await startAndExecute(dockerd, { name });
  const [patient] = followers;
  await until(() => actionsOf(patient?.output.lines ?? [], container.id).includes('exec_die'), 60_000);
  await container.remove({ force: true });
}

interface Alert {
  readonly output_fields: Readonly<Record<string, unknown>>;
}

const fieldsOf = (line: string) => (JSON.parse(line) as Alert).output_fields;

function actionsOf(lines: readonly OutputLine[], id: string): string[] {
  return lines
    .map(({ text }) => fieldsOf(text))
    .filter((fields) => fields['docker.actor.id'] === id)
    .map((fields) => String(fields['docker.action']).replace(/:.*$/s, ''));
}

/** What identifies the event of an alert. A JSON number of JavaScript would round its time. */
function toldBy(alert: string): string {
  const fields = fieldsOf(alert);
  const time = /"docker\.time":(\d+)/.exec(alert)?.[1];
  return [fields['docker.type'], fields['docker.action'], fields['docker.actor.id'], time].join(' ');
}

function happened(line: string): string {
  const event = JSON.parse(line) as { Type: string; Action: string; Actor: { ID: string } };
  return [event.Type, event.Action, event.Actor.ID, /"timeNano":(\d+)}$/.exec(line)?.[1]].join(' ');
}

/** Those of the scenario: from the last marker before it to the first one after it. */
function within(lines: readonly OutputLine[]): OutputLine[] {
  const texts = lines.map(({ text }) => text);
  const inside = new Set(between(texts, begin, '"end-'));
  return lines.filter(({ text }) => inside.has(text));
}

/** How long after its event was passed on an alert was read, in milliseconds: in the middle, and at most. */
function delays({ output, proxy }: Follower): [middle: number, most: number] {
  const passed = within(proxy.events);
  const sorted = within(output.lines)
    .map(({ at }, place) => at - (passed[place]?.at ?? Number.NaN))
    .sort((one, other) => one - other);
  return [sorted[sorted.length >> 1] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
}

const of = (what: string) => followers[behaviours.findIndex((behaviour) => behaviour.what === what)] as Follower;

describe.each(behaviours.map(({ what }) => what))('answered %s', (what) => {
  const follower = () => of(what);
  const alerts = () => within(follower().output.lines);
  const passed = () => within(follower().proxy.events);

  test('no event is lost, repeated or moved', () => {
    expect(alerts().length).toBeGreaterThan(50);
    expect(alerts().map(({ text }) => toldBy(text))).toEqual(passed().map(({ text }) => happened(text)));
    expect(
      passed()
        .map(({ text }) => text)
        .sort(),
    ).toEqual([...truth].sort());
  });

  test('none waits longer than it may', () => {
    const [middle, most] = delays(follower());
    const figures = ['inspects', 'inspects_failed', 'inspects_late'].map((name) => follower().figure(name)).join(', ');
    console.log(`answered ${what}: later by ${middle} ms (p50), ${most} ms at most; asked, failed, late: ${figures}`);
    const [, undelayed] = delays(of(REFUSING));
    expect(most).toBeLessThan(undelayed + follower().behaviour.budget + MARGIN);
  });
});

test('an answer that is slow, but in time, is there', () => {
  const patient = of('slowly, but in time');
  const ids = truth
    .filter((line) => line.includes('"stays-') && line.includes('"Action":"start"'))
    .map((line) => (JSON.parse(line) as { Actor: { ID: string } }).Actor.ID);
  expect(ids).toHaveLength(2);
  const events = patient
    .lines()
    .map(fieldsOf)
    .filter((fields) => ids.includes(String(fields['docker.actor.id'])));
  const lacking = events
    .filter((fields) => fields['docker.enriched'] !== true)
    .map((fields) => fields['docker.action']);
  expect(lacking, patient.output.errors.map(({ text }) => text).join('\n')).toEqual([]);
  expect(patient.figure('inspects')).toBeGreaterThan(0);
});

test('a refusal is said once for each kind of question, which is not asked again', () => {
  const refused = of(REFUSING);
  expect(refused.said(/GET \/containers\/ID\/json would have to be allowed/)).toHaveLength(1);
  expect(refused.said(/GET \/exec\/ID\/json would have to be allowed/)).toHaveLength(1);
  // Those that were under way already when the second one was refused are 8 at most, the first one not counted.
  expect(refused.proxy.count('GET /containers/ID/json')).toBeLessThanOrEqual(9);
  expect(refused.figure('inspects_failed')).toBe(refused.figure('inspects'));
});

test('garbage is said once, and counted', () => {
  expect(of('with garbage').said(/warning: no usable answer/)).toHaveLength(1);
  expect(of('with garbage').figure('inspects_failed')).toBeGreaterThan(0);
});

test('a daemon that does not answer in time is said once, and events are not held up any more', () => {
  for (const late of [of('too late'), of('never')]) {
    expect(late.said(IMPATIENT).length - late.said(PATIENT_AGAIN).length).toBeLessThanOrEqual(1);
    expect(late.figure('inspects_late')).toBeGreaterThan(0);
  }
  expect(of('never').said(IMPATIENT)).toHaveLength(1);
});
