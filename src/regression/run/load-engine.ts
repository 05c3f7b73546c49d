import { Engine, type EngineOptions } from '../../rules/engine.js';
import type { EventOrigin } from '../../rules/event-origin.js';
import { HOSTNAME } from './hostname.js';
import type { Job } from './job.js';

/** The engine for rules that were loaded before and have no errors. */
export function loadEngine(
  { files, settings }: Pick<Job, 'files' | 'settings'>,
  origin: EventOrigin,
  options: Partial<Pick<EngineOptions, 'details' | 'observe' | 'eventNumber'>>,
): Engine {
  const { ruleMatching, priority, timeFormatIso8601, appendOutput } = settings;
  const shaping = { ruleMatching, priority, timeFormatIso8601, appendOutput, hostname: HOSTNAME };
  const { engine, errors } = Engine.load(files, origin, { ...shaping, ...options });
  if (!engine) throw new Error(`the rules loaded before, and now: ${errors[0]?.message}`);
  return engine;
}
