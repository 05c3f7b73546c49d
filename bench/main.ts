import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench, machine } from './bench.js';
import { Falco, FalcoUnusable } from './falco.js';
import { type Result, resultOf } from './row.js';
import { rowsWith } from './rows/index.js';
import { json, table } from './table.js';

/** The Falco to compare with, if the environment names one. */
function givenFalco(): Falco | undefined {
  const path = process.env.DOCKTAPE_FALCO;
  if (!path) return undefined;
  try {
    return Falco.at(path);
  } catch (error) {
    if (error instanceof FalcoUnusable) return usageError(error.message);
    throw error;
  }
}

const falco = givenFalco();
const rows = rowsWith(falco);
const help = `Usage: npm run bench -- [options]

  --only NAME    this row only; may be repeated
  --events N     the length of the event streams (default 500000)
  --json FILE    write the results as JSON too
  --help

With DOCKTAPE_FALCO=PATH it also measures that Falco over the same events and rules.

Rows: ${rows.map(({ name }) => name).join(', ')}`;

function usageError(message: string): never {
  console.error(`bench: ${message}`);
  process.exit(2);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        events: { type: 'string', default: '500000' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    return usageError((error as Error).message);
  }
}

const args = readArguments();
if (args.help) {
  console.log(help);
  process.exit(0);
}
const events = Number(args.events);
if (!Number.isInteger(events) || events < 10_000)
  usageError(`--events takes a number from 10000, not '${args.events}'`);
const unknown = args.only?.find((name) => !rows.some((row) => row.name === name));
if (unknown !== undefined)
  usageError(`no row is named '${unknown}'; there are ${rows.map(({ name }) => name).join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'docktape-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));

const before = machine();
const bench = new Bench(events, folder, falco);
const results: Result[] = [];
for (const row of rows.filter(({ name }) => args.only?.includes(name) ?? true)) {
  process.stderr.write(`${row.title} …\n`);
  results.push(await resultOf(row, bench));
}
console.log(table(results).join('\n'));
if (before.loadAverage > before.cpus / 2) {
  console.log(
    `The machine was busy before (load ${before.loadAverage.toFixed(1)} on ${before.cpus} processors): expect more of it.`,
  );
}
if (args.json !== undefined) writeFileSync(args.json, json(results, before, events));
