import type { FalcoSettings } from '../../falco/settings.js';
import type { RulesFile } from '../../rules/load/load-files.js';
import type { RuleObservation } from '../../rules/observe/observation.js';
import type { AlertRecord } from '../alert-record.js';
import type { ReportedEvent } from '../report.js';
import type { EventStream } from '../suite.js';
import type { EngineDifference } from './engine-differences.js';
import type { FalcoUse } from './falco-use.js';

/** Work on one stream of events. Jobs and what they come to are plain data, so that they can be done in another thread. */
export type Job = EvaluateJob | ExplainJob;

interface StreamJob {
  readonly files: readonly RulesFile[];
  readonly settings: FalcoSettings;
  readonly stream: EventStream;
}

/** Evaluates rules over a stream. */
export interface EvaluateJob extends StreamJob {
  readonly kind: 'evaluate';
  /** Fields that records of alerts have besides those of the output, by rule. */
  readonly details: ReadonlyMap<string, readonly string[]>;
  /** Whether records of alerts have their JSON. */
  readonly withJson: boolean;
  /** The Falco that evaluates besides the embedded engine. */
  readonly falco?: FalcoUse;
}

export interface Evaluation {
  readonly kind: 'evaluation';
  readonly events: number;
  /** In stream order and then in the order of the rules: Falco's, where it evaluates. */
  readonly alerts: readonly AlertRecord[];
  /** What the engines say otherwise, where they are compared. */
  readonly differences: readonly EngineDifference[];
  /** The embedded engine's. */
  readonly observations: readonly RuleObservation[];
  readonly seconds: number;
}

/** Looks for events of a stream, and says why rules fire on them or not. */
export interface ExplainJob extends StreamJob {
  readonly kind: 'explain';
  readonly questions: readonly Question[];
}

export interface Question {
  readonly rule: string;
  /** The event's number; without it the event that came nearest to the rule's condition is meant. */
  readonly event?: number;
}

export interface Answers {
  readonly kind: 'answers';
  /** One for each question; undefined where the stream has no such event. */
  readonly answers: readonly (Answer | undefined)[];
}

export interface Answer {
  readonly event: ReportedEvent;
  /** How near the event came; the highest of several streams is meant. */
  readonly score: number;
}

/** The stream could not be read or evaluated. */
export interface StreamProblem {
  readonly kind: 'problem';
  /** One line for the user. */
  readonly message: string;
  /** What there is to read besides, such as the last lines of a Falco that failed. */
  readonly lines: readonly string[];
}

export type Outcome<J extends Job> = (J extends EvaluateJob ? Evaluation : Answers) | StreamProblem;
