import { filePlace } from '../../rules/text/file-place.js';
import type { EventStream, Expectation, ExpectedAlerts, TestCase } from '../suite.js';
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
  if (expectation.kind === 'alerts') checkContradiction(expectation, node, context);
  return {
    name: text(member(node, 'name')) ?? '',
    place: filePlace(node.place),
    streams: readStreams(node, context),
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
