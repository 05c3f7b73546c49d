import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import { folder } from './loader.js';

/** Where an earlier stream ended, as the plugin tells its host. */
export interface Resume {
  readonly reason: string;
  readonly wantedFrom: string;
  readonly endedAt: string;
  readonly delivered: readonly string[];
}

let reports = 0;

/** A step of the fake host that reports its request to a new file, and how to read that. */
export function reportStep(): { step: string; resume: () => Resume | null } {
  reports += 1;
  const file = join(folder, `request${reports}`);
  const resume = () => {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find((text) => text.startsWith('request='));
    return (JSON.parse(line?.slice('request='.length) ?? '') as { resume: Resume | null }).resume;
  };
  return { step: `report:${file}`, resume };
}

/** The keys of the fake host's events from `first` to before `end`. */
export function keysOf(first: number, end: number): string[] {
  return Array.from({ length: end - first }, (_, i) => {
    const bytes = Buffer.from(`{"n":${first + i}}`);
    return eventKey(bytes, 0, bytes.length);
  });
}
