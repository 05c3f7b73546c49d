import { dirname, isAbsolute, relative } from 'node:path';
import { jsonOf } from '../alert-record.js';
import type { StreamAlerts } from '../judge/judgement.js';

/**
 * What a golden says of these streams: each alert's JSON in stream order. With several streams each line says first which one
 * it is from: the capture's path as seen from the suite, so that it does not depend on where docktape was started.
 */
export function goldenLines(streams: readonly StreamAlerts[], suite: string): string[] {
  if (streams.length <= 1) return streams.flatMap(({ alerts }) => alerts.map(jsonOf));
  return streams.flatMap(({ name, alerts }) => {
    const first = `{"capture":${JSON.stringify(pathFromSuite(name, suite))},`;
    return alerts.map((alert) => first + jsonOf(alert).slice(1));
  });
}

/** A stream's path as the suite has it; one that is absolute there, and not because the suite's own is, stays so. */
export function pathFromSuite(path: string, suite: string): string {
  return isAbsolute(path) && !isAbsolute(suite) ? path : relative(dirname(suite), path);
}
