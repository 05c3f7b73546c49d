import type { Gap, Session } from '../capture/session.js';
import type { CaptureStats, Content, KindCount } from '../capture/stats.js';
import { printable } from '../rules/output/printable.js';
import { formatBytes, formatCount, formatMoment, plural } from '../text/quantities.js';

/** Kinds that are shown; JSON has them all. */
const SHOWN = 20;

/** What a capture holds, as lines for people. */
export function statsText(path: string, stats: CaptureStats): string[] {
  const lines = [
    `${path}: ${contentText(stats)}, ${formatBytes(stats.size)} on disk`,
    ...stats.sessions.flatMap((session) => ['', ...sessionText(session)]),
    ...section('Kinds of events', kindsText(stats.kinds)),
    ...section('Gaps', stats.gaps.map(gapText)),
  ];
  // Names and conditions may come from a stranger's file.
  return lines.map(printable);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function contentText({ events, bytes, firstTime, lastTime }: Content): string {
  return `${plural(events, 'event')} (${formatBytes(bytes)})${spanText(firstTime, lastTime)}`;
}

/** How many events tell more than the daemon's line of what they are about. */
function contextText({ events, withContext }: Content): string {
  return withContext === events ? 'each event has its context' : `${plural(withContext, 'event')} with context`;
}

function spanText(from: bigint | undefined, to: bigint | undefined): string {
  return from === undefined || to === undefined ? '' : ` from ${formatMoment(from)} to ${formatMoment(to)}`;
}

function sessionText(session: Session & Content): string[] {
  const verb = session.how === 'import' ? 'imported' : 'recorded';
  const by = session.hostName === undefined ? '' : ` on ${session.hostName}`;
  return [
    `Session ${session.id}: ${contentText(session)}`,
    `  ${verb} ${formatMoment(session.started)}${endText(session)}${by} by docktape ${session.docktape}`,
    ...(session.endpoint === undefined ? [] : [`  from ${originText(session, session.endpoint)}`]),
    ...(session.withContext === 0 ? [] : [`  ${contextText(session)}`]),
    ...(session.condition === undefined ? [] : [`  where ${session.condition}`]),
    ...(session.redaction === undefined ? [] : [`  redacted: ${session.redaction}`]),
  ];
}

function endText({ how, ended, clean }: Session): string {
  if (ended === undefined) return ' (not closed: it is still at work, or was killed)';
  const end = how === 'import' ? '' : ` to ${formatMoment(ended)}`;
  return clean ? end : `${end} (ended by an error)`;
}

function originText({ engineVersion, apiVersion, daemonId }: Session, endpoint: string): string {
  const details = [
    engineVersion && `engine ${engineVersion}`,
    apiVersion && `API ${apiVersion}`,
    daemonId && `daemon ID ${daemonId}`,
  ].filter(Boolean);
  return details.length === 0 ? endpoint : `${endpoint} (${details.join(', ')})`;
}

function kindsText(kinds: readonly KindCount[]): string[] {
  const rows = kinds
    .slice(0, SHOWN)
    .map(({ type, action, events }) => [formatCount(events), type ?? '-', action ?? '-'] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column as 0 | 1].length)));
  const lines = rows.map(
    ([events, type, action]) => `${events.padStart(widths[0] ?? 0)}  ${type.padEnd(widths[1] ?? 0)}  ${action}`,
  );
  const hidden = kinds.length - rows.length;
  return hidden > 0 ? [...lines, `and ${plural(hidden, 'kind')} more, with --json`] : lines;
}

function gapText({ session, afterSeq, from, to, reason, certain }: Gap): string {
  const loss = certain ? 'events were lost' : 'events may be lost';
  return `session ${session}, after event ${afterSeq}${spanText(from, to)}: ${loss} (${reason})`;
}
