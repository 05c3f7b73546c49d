import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { fieldTypes } from '#docktape/falco/plugin-json.js';
import type { Bench } from '../bench.js';
import { eventLines } from '../events.js';
import type { Row } from '../row.js';

/** Fields as rules use them: some near the start of an event, some labels, some derived. */
const fields = [
  'docker.action',
  'docker.type',
  'docker.actor.id',
  'docker.container.name',
  'docker.container.image',
  'docker.attributes[exitCode]',
  'docker.compose.service',
  'docker.image.repository',
  'docker.time',
  'docker.exec.command',
];

/** Few enough events to stay in the cache, where Falco finds an event that was just read. */
const eventCount = 2000;

/** Nanoseconds by the C program, which does both at once. */
async function extractorTimes(bench: Bench): Promise<{ first: number; further: number }> {
  const declared = LoadedPlugin.load(libraryPath()).fields;
  const lines = join(bench.folder, 'extractor.jsonl');
  writeFileSync(lines, eventLines(eventCount));
  const asked = fields.map((field) => {
    const [name, key] = field.split(/[[\]]/);
    const id = declared.findIndex((info) => info.name === name);
    const type = declared[id]?.type;
    if (type === undefined) throw new Error(`the library has no field ${name}`);
    return [id, fieldTypes[type], name, ...(key === undefined ? [] : [key])].join(':');
  });
  const { first, further } = await bench.runNative('extract', [lines, ...asked]);
  return { first: Number(first), further: Number(further) };
}

export const extractorFirst: Row = {
  name: 'extractor-first',
  title: 'extractor: the first field of an event',
  unit: 'ns',
  target: { atMost: 1000 },
  measure: async (bench) => (await bench.once(extractorTimes)).first,
};

export const extractorFurther: Row = {
  name: 'extractor-further',
  title: 'extractor: each further field',
  unit: 'ns',
  target: { atMost: 100 },
  measure: async (bench) => (await bench.once(extractorTimes)).further,
};
