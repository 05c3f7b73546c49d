import { hostname } from 'node:os';
import { Redaction } from '../capture/redaction/redaction.js';
import type { SessionSummary } from '../capture/session-writer.js';
import type { Rotation } from '../capture/writing/writer-options.js';
import { type Endpoint, resolveEndpoint } from '../docker/endpoint.js';
import type { LogSeverity } from '../docker/feed/daemon-feed.js';
import type { LineBatch } from '../docker/line-batch.js';
import { DocktapeError } from '../errors.js';
import { recordDaemon } from '../recorder/record-daemon.js';
import { RecordingFigures } from '../recorder/recording-figures.js';
import { eventTitle } from '../rules/output/event-line.js';
import { parseOpenParams } from '../source/open-params.js';
import { formatBytes, formatCount, plural } from '../text/quantities.js';
import { now } from '../time.js';
import { enrichmentOf } from './enrich-options.js';
import { onInterrupt } from './interruption.js';
import { metricsLine, onMetricsSignal } from './metrics.js';
import { showProgress } from './progress.js';
import type { RecordOptions } from './record.js';

/** Records as the options of `docktape record` say. */
export async function record(path: string, options: RecordOptions): Promise<void> {
  const endpoint = resolveHost(options.host);
  const { where } = options;
  if (where === undefined) return await run(path, endpoint, options);
  // The rule language and the plugin take a while to load, and most recordings do without.
  const { withSelection } = await import('./record-where.js');
  await withSelection(where, (filter) => run(path, endpoint, options, filter));
}

/** `--host` takes the live open params; their `since` would be a second way to say `--since`. */
function resolveHost(params: string): Endpoint {
  const parsed = parseOpenParams(params, now());
  if (parsed.mode === 'replay')
    throw new DocktapeError('USAGE', `--host ${params} is a capture: give it to \`docktape replay\``);
  if (parsed.since !== undefined) throw new DocktapeError('USAGE', `--host ${params}: use the option --since`);
  return resolveEndpoint(parsed.address, { useCurrentContext: true });
}

async function run(
  path: string,
  endpoint: Endpoint,
  options: RecordOptions,
  filter?: (batch: LineBatch) => LineBatch,
): Promise<void> {
  const { since, until, events, where, quiet, redact = [], redactLabel = [], redactExec = false } = options;
  const enrich = enrichmentOf(options);
  const redaction = Redaction.compile({ patterns: redact, labels: redactLabel, execCommands: redactExec });
  const signal = onInterrupt();
  const figures = new RecordingFigures();
  const metrics = () => metricsLine(figures.metrics);
  const onSignal = onMetricsSignal(metrics);
  let progress: { stop(): void } | undefined;
  const log = (severity: LogSeverity, text: string) => {
    if (severity === 'debug' || (quiet && severity === 'info')) return;
    process.stderr.write(`docktape: ${severity === 'info' ? '' : `${severity}: `}${text}\n`);
  };
  const summary = await recordDaemon({
    path,
    endpoint,
    session: {
      how: 'record',
      hostName: hostname(),
      ...(where === undefined ? {} : { condition: where }),
      ...(redaction.description === undefined ? {} : { redaction: redaction.description }),
    },
    feed: {
      onAbsent: options.retry ? 'retry' : 'fail',
      containers: true,
      ...(enrich === undefined ? {} : { enrich }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    },
    durability: options.durability,
    resume: options.resume ?? false,
    redaction,
    signal,
    figures,
    ...(filter === undefined ? {} : { filter }),
    ...(events === undefined ? {} : { limit: events }),
    ...(options.for === undefined ? {} : { duration: options.for }),
    ...rotationOf(options),
    onStarted: () => {
      if (!quiet) progress = showProgress(progressText(figures));
    },
    onLog: log,
  }).finally(() => {
    progress?.stop();
    onSignal.stop();
    if (!quiet && figures.hasStarted) process.stderr.write(`${metrics()}\n`);
  });
  if (quiet) return;
  process.stderr.write(`${summary ? summaryText(summary, path) : 'nothing was recorded: there was no daemon'}\n`);
}

function rotationOf({ rotate, keep }: RecordOptions): { readonly rotation?: Rotation } {
  if (rotate) return { rotation: { every: rotate, ...(keep ? { keep } : {}) } };
  if (!keep) return {};
  throw new DocktapeError('USAGE', '--keep removes captures that --rotate has closed: give --rotate as well');
}

/** The progress line: committed events, how many a second since the last time it was asked, their size, the last event. */
function progressText(figures: RecordingFigures): () => string {
  let [time, before] = [performance.now(), 0];
  return () => {
    const now = performance.now();
    const { events, bytes } = figures.committed;
    const rate = ((events - before) * 1000) / Math.max(now - time, 1);
    [time, before] = [now, events];
    const last = figures.last ? `, last ${eventTitle(figures.last)}` : '';
    const state = figures.problem === undefined ? 'recording' : 'waiting for the disk';
    return `${state}: ${plural(events, 'event')}, ${formatCount(rate)} events/s, ${formatBytes(bytes)}${last}`;
  };
}

function summaryText({ session, events, bytes, gaps, isNew }: SessionSummary, path: string): string {
  const place = isNew ? path : `${path}, session ${session}`;
  const lost = gaps > 0 ? `, with ${plural(gaps, 'gap')}` : '';
  return `recorded ${plural(events, 'event')} (${formatBytes(bytes)}) into ${place}${lost}`;
}
