import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { withDockerPlugin } from '#docktape/falco/docker-plugin.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { evaluateStream } from '#docktape/regression/run/evaluate-stream.js';
import { recordedPath, standIn } from '../../falco/program/stand-in.js';
import { freshFolder } from './suites.js';

const appendEvents = fileURLToPath(new URL('./append-events.mjs', import.meta.url));

it('two engines are compared over the events that there were when the first began', async () => {
  const folder = freshFolder();
  const path = join(folder, 'growing.db');
  execFileSync(process.execPath, [appendEvents, path, '2']);
  // No Falco: it records twenty events more, and prints the alerts that a Falco raised on the events 1, 2, 21 and 22.
  const grow = `'${process.execPath}' '${appendEvents}' '${path}' 20`;
  const program = standIn(folder, `${grow} && cat '${recordedPath('alerts.txt')}'`);
  const evaluation = await withDockerPlugin({}, (plugin) =>
    evaluateStream(
      {
        kind: 'evaluate',
        files: [{ name: 'none.yaml', text: '' }],
        settings: DEFAULT_SETTINGS,
        stream: { kind: 'capture', path, selection: {} },
        details: new Map(),
        withJson: true,
        falco: { program, compare: true },
      },
      plugin,
      new AbortController().signal,
    ),
  );
  const reader = CaptureReader.open(path);
  expect(reader.lastSeq()).toBe(22);
  reader.close();
  expect(evaluation.alerts.map(({ event }) => event)).toEqual([1, 2]);
  expect(evaluation.differences.map(({ kind, event }) => [kind, event])).toEqual([
    ['falco', 1],
    ['falco', 2],
  ]);
});
