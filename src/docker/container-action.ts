import { Literal, viewOf } from './literal.js';

/**
 * What happened to a container, as far as anything is made of it. `remove` is Podman's `destroy`, and `exec_died` its `exec_die`. Those that
 * begin an exec have its command behind them.
 */
export type ContainerAction = (typeof ACTIONS)[number] | 'other';

const ACTIONS = [
  'create',
  'start',
  'update',
  'rename',
  'die',
  'destroy',
  'remove',
  'exec_create',
  'exec_start',
  'exec_die',
  'exec_died',
] as const;

interface ActionText {
  readonly action: ContainerAction;
  /** With what follows on it: the quote at its end, or the colon before an exec's command. */
  readonly text: Literal;
}

/** By the first byte: most actions are none of these, and few of those begin with the same. */
const ACTIONS_BY_BYTE: readonly (readonly ActionText[] | undefined)[] = actionsByByte();
const NONE: readonly ActionText[] = [];

function actionsByByte(): ActionText[][] {
  const byByte: ActionText[][] = [];
  for (const action of ACTIONS) {
    const text = new Literal(action + (action === 'exec_create' || action === 'exec_start' ? ':' : '"'));
    byByte[text.first] = [...(byByte[text.first] ?? []), { action, text }];
  }
  return byByte;
}

/** The action whose text begins at a place before the end of a line. */
export function actionAt(view: DataView, at: number, end: number): ContainerAction {
  for (const { action, text } of ACTIONS_BY_BYTE[view.getUint8(at)] ?? NONE)
    if (text.isAt(view, at, end)) return action;
  return 'other';
}

/** The action that an event's member `Action` names. */
export function actionOf(action: unknown): ContainerAction {
  if (typeof action !== 'string') return 'other';
  // As it stands in a line: with a quote behind it, and a backslash before those in it.
  const bytes = Buffer.from(JSON.stringify(action).slice(1));
  return actionAt(viewOf(bytes), 0, bytes.length);
}
