import { memberOf } from '../loose-json.js';
import { commandOf, filled, listOf, textOf } from './answer-values.js';
import type { KeptAnswer } from './kept-answer.js';

/** What is kept of the answer about an exec. */
export interface ExecAnswer extends KeptAnswer {
  /** The member `exec` of a context without its `user`: JSON on one line. */
  readonly json: string;
  /** Who was to run it; `undefined` when nobody was named, so that it is the container's user. */
  readonly user?: string;
}

/**
 * Reads an answer to `GET /exec/ID/json`, of Docker (moby's `container.ExecInspectResponse`) or of Podman's compatible service.
 *
 * @param id which exec it has to be about
 * @param container in which container: an exec's ID stands among the labels of its event, and a label can take its place
 * @returns `undefined` when it is not about that exec, or does not say what it may do
 */
export function readExec(answer: unknown, id: string, container: string): ExecAnswer | undefined {
  const config = memberOf(answer, 'ProcessConfig');
  const privileged = memberOf(config, 'privileged');
  const tty = memberOf(config, 'tty');
  const isIt = memberOf(answer, 'ID') === id && memberOf(answer, 'ContainerID') === container;
  if (!isIt || typeof privileged !== 'boolean' || typeof tty !== 'boolean') return undefined;
  const args = filled(commandOf([memberOf(config, 'entrypoint'), ...listOf(memberOf(config, 'arguments'))]));
  const user = textOf(memberOf(config, 'user'));
  return { json: JSON.stringify({ privileged, tty, args }), ...(user === undefined ? {} : { user }) };
}
