import { readFileSync } from 'node:fs';

/** The kernel counts a process's time in these, on every Linux that Node runs on: USER_HZ is 100. */
const TICKS_PER_SECOND = 100;

/** How many seconds of processor time a process has used. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name is in parentheses and may hold anything; utime and stime are the 12th and 13th after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
