import { describe, expect, it } from 'vitest';
import { type AlertReading, readAlert } from '#docktape/falco/program/read-alert.js';
import type { Alert } from '#docktape/rules/output/alert.js';
import { alertJson } from '#docktape/rules/output/alert-json.js';
import { recorded } from './stand-in.js';

/** The alerts that Falco 0.44.1 raised by recorded/alerts.yaml on captures/exec.db. */
const lines = recorded('alerts.txt')
  .split('\n')
  .filter((line) => line.startsWith('{'));

function read(line: string | undefined, reading: Partial<AlertReading> = {}): Alert {
  const alert = readAlert(line ?? '', { numberKey: 'docktape.event', ...reading });
  if (typeof alert === 'string') throw new Error(`a notice: ${alert}`);
  return alert;
}

describe('an alert of Falco 0.44.1', () => {
  it('has texts as bytes, numbers in full, and what is absent as undefined', () => {
    expect(read(lines[0])).toEqual({
      rule: 'Every kind of value',
      source: 'docker',
      priority: 'Informational',
      tags: ['a', 'z'],
      hostname: 'host',
      time: 1795421286815034944n,
      number: 1,
      event: undefined,
      prefix: '08:08:06.815034944: Informational',
      message: 'create <NA> 1795421286815034944 gr\u00c3\u00b6\u00c3\u009fer "quoted"',
      fields: new Map<string, unknown>([
        ['docker.action', 'create'],
        ['docker.exitcode', undefined],
        ['evt.rawtime', 1795421286815034944n],
        ['evt.time', 1795421286815034944n],
      ]),
      details: new Map(),
    });
  });

  it('is written as it came, without the event number that was asked for', () => {
    const include = { output: true, outputFields: true, tags: true, message: false };
    const written = lines.map((line) => alertJson(read(line), include));
    expect(written).toEqual(lines.map((line) => line.replace(/"docktape.event":"\d+",/, '')));
  });

  it('has its event number', () => {
    const events = lines.map((line) => read(line, { eventNumber: (evtNum) => evtNum + 1000 }));
    expect(events.map(({ number, event }) => [number, event])).toEqual([1, 2, 21, 22].map((n) => [n, n + 1000]));
  });

  it('gives details apart from the fields, and leaves those that are shown anyway', () => {
    const fields = [
      { name: 'docker.type', shown: false },
      { name: 'docker.exitcode', shown: false },
      { name: 'evt.num', shown: true },
    ];
    const { fields: shown, details } = read(lines[2], { details: new Map([['Details', fields]]) });
    expect(details).toEqual(
      new Map<string, unknown>([
        ['docker.type', 'network'],
        ['docker.exitcode', undefined],
        ['evt.num', 21n],
      ]),
    );
    expect([...shown.keys()]).toEqual(['evt.num', 'evt.time']);
  });
});

describe('another line', () => {
  it('of source internal is a notice', () => {
    const notice = '{"output":"Falco internal: something","source":"internal","rule":"r","priority":"Debug"}';
    expect(readAlert(notice, { numberKey: 'n' })).toBe('Falco internal: something');
  });

  it.each([
    '{"output":',
    '{"rule":"x"}',
    `${lines[0]?.replace('Informational', 'Mild')}`,
    `${lines[0]?.replace('"priority":"Informational"', '"priority":"Mild"')}`,
    `${lines[0]?.replace('"time":"2026', '"time":"soon')}`,
    `${lines[0]?.replace('docktape.event', 'docktape.other')}`,
    `${lines[0]?.replace('1795421286815034944,', '1.5,')}`,
  ])('is an error: %s', (line) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ code: 'FALCO' }));
  });

  it('is shown only in part', () => {
    expect(() => read(`{${'x'.repeat(1000)}`)).toThrow(/x{199}…$/);
  });
});
