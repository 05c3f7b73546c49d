/** Falco's priorities, the gravest first, as alerts print them. */
export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;

export type Priority = (typeof PRIORITIES)[number];

/** Reads a priority in any case; `info` is short for Informational. Undefined when it is none. */
export function parsePriority(text: string): Priority | undefined {
  const name = text.toLowerCase();
  if (name === 'info') return 'Informational';
  return PRIORITIES.find((priority) => priority.toLowerCase() === name);
}

/** Whether a rule of `priority` is loaded when `minimum` is the least grave one wanted. */
export function isAtLeast(priority: Priority, minimum: Priority): boolean {
  return PRIORITIES.indexOf(priority) <= PRIORITIES.indexOf(minimum);
}
