import { type Command, InvalidArgumentError, Option } from 'commander';
import { DocktapeError } from '../errors.js';
import { didYouMean } from '../rules/nearest-name.js';
import { durationOption } from './duration.js';

/** Which engine evaluates rules. */
export type EngineChoice = EmbeddedChoice | FalcoChoice;

export interface EmbeddedChoice {
  readonly kind: 'embedded';
}

/** A real Falco, or with `both` the two of them, whose alerts are compared. */
export interface FalcoChoice {
  readonly kind: 'falco' | 'both';
  /** The program; without it DOCKTAPE_FALCO names it, else it is looked for on the PATH. */
  readonly path?: string;
}

/** The options that say which engine evaluates rules. */
export interface EngineOptions {
  readonly engine?: EngineChoice;
  /** How long Falco may say nothing before it counts as hung, in milliseconds. */
  readonly falcoTimeout?: number;
}

type EngineKind = EngineChoice['kind'];

/** How long a Falco may be silent that has work to do all the time, in milliseconds: ten minutes. */
export const BUSY_SILENCE = 10 * 60_000;

/** Adds `--engine` and `--falco-timeout` to a command that evaluates with one engine. */
export function addEngineOptions(command: Command, silence: string): Command {
  return command
    .addOption(
      engineOption(
        'embedded (default), falco or falco=PATH; without PATH, DOCKTAPE_FALCO or the falco on the PATH',
        ONE_ENGINE,
      ),
    )
    .addOption(falcoTimeoutOption(silence));
}

const ONE_ENGINE: readonly EngineKind[] = ['embedded', 'falco'];

/** The engines of `docktape test`. */
export const TEST_ENGINES: readonly EngineKind[] = [...ONE_ENGINE, 'both'];

/** `--engine`, with the engines that a command knows. */
export function engineOption(description: string, known: readonly EngineKind[]): Option {
  return new Option('--engine <engine>', description).argParser((text) => parseEngine(text, known));
}

/** `--falco-timeout`. */
export function falcoTimeoutOption(silence: string): Option {
  const description = `how long Falco may say nothing before it counts as hung, e.g. 90s (default: ${silence})`;
  return new Option('--falco-timeout <duration>', description).argParser(durationOption);
}

/**
 * The engine that the options choose: the embedded one unless they say otherwise.
 *
 * @throws DocktapeError `USAGE` for an option about Falco without Falco
 */
export function engineChoice({ engine = { kind: 'embedded' }, falcoTimeout }: EngineOptions): EngineChoice {
  if (engine.kind === 'embedded' && falcoTimeout !== undefined) {
    throw new DocktapeError('USAGE', '--falco-timeout goes with --engine falco');
  }
  return engine;
}

function parseEngine(text: string, known: readonly EngineKind[]): EngineChoice {
  const [name = '', ...rest] = text.split('=');
  const kind = known.find((engine) => engine === name);
  if (kind === undefined) throw new InvalidArgumentError(unknownEngine(name, known));
  const path = rest.length > 0 ? rest.join('=') : undefined;
  if (kind === 'embedded') {
    if (path !== undefined)
      throw new InvalidArgumentError('The embedded engine is a part of docktape: it has no PATH.');
    return { kind };
  }
  if (path === '') {
    throw new InvalidArgumentError(
      `Write ${kind}=PATH, or ${kind} alone for DOCKTAPE_FALCO, else the falco on the PATH.`,
    );
  }
  return path === undefined ? { kind } : { kind, path };
}

function unknownEngine(name: string, known: readonly EngineKind[]): string {
  if (name === 'both') return 'docktape test compares the two engines; here it is one: embedded, falco or falco=PATH.';
  const choices = known.flatMap((kind) => (kind === 'embedded' ? [kind] : [kind, `${kind}=PATH`]));
  return `There is no engine '${name}' among ${choices.join(', ')}${didYouMean(name, known)}`;
}
