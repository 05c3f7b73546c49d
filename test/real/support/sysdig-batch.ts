import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { inChroot, library } from './sysdig.js';

/** What an engine made of a condition: the `evt.num` of the events that it selects, or why it refuses it. */
export type Verdict = { readonly events: string[] } | { readonly refusal: string };

/** One namespace for so many conditions: setting it up costs as much as several runs of sysdig. */
const CHUNK = 50;

/** Runs sysdig once for each argument, which is a condition. A record separator ends what it printed. */
const script = `
library=$1 scap=$2; shift 2
for condition do
  sysdig -H "$library" -r "$scap" -p '*%evt.num' -- "$condition" 2>&1 || true
  printf '\\036'
done
`;

/**
 * What sysdig makes of each condition over the events of a .scap file, several at a time. Judged by what it prints:
 * numbers are events, anything else is why it refuses the condition.
 *
 * @param bind folders outside the checkout that must be there
 */
export async function verdictsOfSysdig(
  scap: string,
  conditions: readonly string[],
  bind: readonly string[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = new Array(conditions.length);
  let next = 0;
  const worker = async () => {
    while (next < conditions.length) {
      const start = next;
      next += CHUNK;
      const chunk = conditions.slice(start, next);
      const outputs = await run(scap, chunk, bind);
      for (const [i, output] of outputs.entries()) verdicts[start + i] = verdictOf(output, chunk[i] as string);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return verdicts;
}

async function run(scap: string, conditions: readonly string[], bind: readonly string[]): Promise<string[]> {
  const shell = ['sh', '-euc', script, 'sh', library, scap, ...conditions];
  const [program, args] = inChroot(shell, bind);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  await once(child, 'close');
  const outputs = Buffer.concat(chunks).toString().split('\x1e').slice(0, -1);
  if (outputs.length !== conditions.length) {
    throw new Error(`sysdig answered ${outputs.length} of ${conditions.length} conditions: ${Buffer.concat(errors)}`);
  }
  return outputs;
}

function verdictOf(output: string, condition: string): Verdict {
  if (/^(\d+\n)*$/.test(output)) return { events: output.split('\n').slice(0, -1) };
  if (/^(Segmentation fault|Aborted|Illegal instruction)/m.test(output)) {
    throw new Error(`sysdig crashed at the condition ${JSON.stringify(condition)}: ${output}`);
  }
  return { refusal: output.trim() };
}
