import { resolve } from 'node:path';
import { filePlace } from '../../rules/text/file-place.js';
import type { EventStream, Expectation, ExpectedAlert, ExpectedAlerts, TestCase } from '../suite.js';
import type { LocatedNode } from './located-node.js';
import { listed, member, optional, scalar, text } from './node-access.js';
import { readAlert } from './read-alert.js';
import { readCapture } from './read-capture.js';
import type { ReadContext } from './read-context.js';
import { readEvents } from './read-events.js';

/** Reads an element of `cases`. */
export function readCase(node: LocatedNode, context: ReadContext): TestCase {
  const expectation = readExpectation(node, context);
  const forbid = listed(member(node, 'forbid')).map((rule) => ({ rule: text(rule), place: filePlace(rule.place) }));
  const streams = readStreams(node, context);
  if (expectation.kind === 'alerts') {
    checkContradiction(expectation, node, context);
    checkFallible(expectation, node, context);
    checkEventNumbers(streams, node, context);
  }
  return {
    name: text(member(node, 'name')) ?? '',
    place: filePlace(node.place),
    streams,
    expectation,
    forbid,
    ...optional('skip', text(member(node, 'skip'))),
    ...optional('knownFailure', text(member(node, 'known_failure'))),
  };
}

function readStreams(node: LocatedNode, context: ReadContext): EventStream[] {
  const events = member(node, 'events');
  if (events) return [readEvents(events, context)];
  return listed(member(node, 'capture') ?? member(node, 'captures')).map((capture) => readCapture(capture, context));
}

function readExpectation(node: LocatedNode, context: ReadContext): Expectation {
  const golden = member(node, 'golden');
  if (golden) return { kind: 'golden', path: context.pathOf(text(golden)), place: filePlace(golden.place) };
  const expect = member(node, 'expect');
  // A case that only forbids says nothing about the other rules.
  if (!expect) return { kind: 'alerts', alerts: [], allowOther: true };
  const allowOther = member(node, 'allow_other');
  return {
    kind: 'alerts',
    alerts: expect.kind === 'list' ? expect.items.map((alert) => readAlert(alert, context)) : [],
    allowOther: allowOther !== undefined && scalar(allowOther).value === true,
  };
}

/** A rule that must fire and must not: no rules could pass. */
function checkContradiction({ alerts }: ExpectedAlerts, node: LocatedNode, { problems }: ReadContext): void {
  for (const forbidden of listed(member(node, 'forbid'))) {
    const expected = alerts.find(({ rule, count }) => rule === text(forbidden) && count.atLeast > 0);
    if (!expected) continue;
    const message = `'${expected.rule}' is forbidden here, but expected in line ${expected.place.line}`;
    problems.report(message, forbidden.place);
  }
}

/** A case that allows every alert and asks for none: it would pass whatever the rules say. */
function checkFallible({ alerts, allowOther }: ExpectedAlerts, node: LocatedNode, { problems }: ReadContext): void {
  const allowing = member(node, 'allow_other');
  if (!allowing || !allowOther) return;
  if (alerts.length === 0) {
    problems.report('expect: none wants silence, and allow_other allows alerts: leave out one of them', allowing.place);
  } else if (!member(node, 'forbid') && alerts.every(({ count }) => isAnyCount(count))) {
    const message = 'this case would pass whatever the rules say: expect an alert at least once, or forbid some';
    problems.report(message, allowing.place);
  }
}

function isAnyCount({ atLeast, atMost }: ExpectedAlert['count']): boolean {
  return atLeast === 0 && atMost === Number.POSITIVE_INFINITY;
}

/** Event numbers belong to a capture: of several, it would be open which of them has the event. */
function checkEventNumbers(streams: readonly EventStream[], node: LocatedNode, { problems }: ReadContext): void {
  const paths = streams.map((stream) => (stream.kind === 'capture' ? resolve(stream.path) : ''));
  if (new Set(paths).size <= 1) return;
  for (const entry of listed(member(node, 'expect'))) {
    const event = member(entry, 'event');
    const message = 'an event number is that of one capture, and this case has several: make a case of each';
    if (event) problems.report(message, event.place);
  }
}
