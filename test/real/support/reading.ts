import { setTimeout as sleep } from 'node:timers/promises';
import type { Dockerd } from '../../../scripts/real/dockerd.mjs';

/** What a reader of events has read so far, a line an event. */
export type Reader = () => readonly string[];

const ATTEMPTS = 100;

/**
 * Makes the daemon say something until every reader has it: a daemon answers before it has subscribed a reader.
 *
 * @returns a text of the last of these events: what follows it reaches every reader
 */
export async function allRead({ docker }: Dockerd, name: string, readers: readonly Reader[]): Promise<string> {
  let waiting = readers;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const marker = `${name}-${attempt}`;
    await docker.createVolume({ Name: marker });
    await sleep(200);
    waiting = waiting.filter((lines) => !lines().some((line) => line.includes(`"${name}-`)));
    if (waiting.length === 0) return `"${marker}"`;
  }
  throw new Error(
    `${waiting.length} of ${readers.length} readers have not seen the volumes ${name}-1 to ${name}-${ATTEMPTS}`,
  );
}

/**
 * The lines after the one that holds a marker of {@link allRead} and before the first one that holds another text. Earlier
 * markers, which a reader may not have seen, can come late: with all that the daemon remembers when it is asked for that.
 */
export function between(lines: readonly string[], marker: string, end: string): string[] {
  const earlier = marker.replace(/\d+"$/, '');
  const rest = lines.slice(lines.findIndex((line) => line.includes(marker)) + 1);
  return rest
    .slice(
      0,
      rest.findIndex((line) => line.includes(end)),
    )
    .filter((line) => !line.includes(earlier));
}
