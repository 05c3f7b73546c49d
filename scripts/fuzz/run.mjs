import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fuzzFolder, workFolder } from './targets.mjs';

/** Longer inputs reach no other code, and take longer. */
const longestInput = 16 * 1024;

const options = [
  `-max_len=${longestInput}`,
  // No input justifies such a piece of memory: more than that follows from what an input claims, not from what is in it.
  '-malloc_limit_mb=64',
  '-rss_limit_mb=2048',
  // An input that never ends, not one that meets a busy machine.
  '-timeout=120',
  '-report_slow_units=120',
  '-print_final_stats=1',
];

/** What is freed is kept for a while, to see it used; the sanitizer's own bound for that costs more than it finds here. */
const environment = { ASAN_OPTIONS: 'quarantine_size_mb=16:malloc_context_size=8' };

/**
 * @typedef {object} Fuzzing
 * @property {string} target
 * @property {string} program the compiled target
 * @property {string[]} inputs folders of inputs to begin with; new ones go into the first
 * @property {string} findings the folder for inputs that are findings
 * @property {string} [dictionary]
 */

/**
 * @typedef {object} Fuzzed
 * @property {string} target
 * @property {string} seed with which it can be repeated (-seed)
 * @property {number} executions
 * @property {number} coverage edges of the plugin's code that were reached
 * @property {number} corpus inputs that are worth keeping: each reaches something that the others do not
 * @property {number} seconds
 * @property {{ input: string, report: string } | undefined} finding the file that shows it, and what was said
 */

/** @param {string} target @returns {Fuzzing} one of the project's targets */
export function fuzzingOf(target) {
  const found = join(workFolder, 'found', target);
  return {
    target,
    program: join(workFolder, target),
    inputs: [found, join(fuzzFolder, 'corpus', target)],
    findings: join(workFolder, 'findings'),
    dictionary: join(fuzzFolder, `${target}.dict`),
  };
}

/**
 * Fuzzes for some seconds, or until there is a finding.
 *
 * @param {Fuzzing} fuzzing
 * @param {number} seconds
 * @returns {Promise<Fuzzed>}
 */
export async function fuzz({ target, program, inputs, findings, dictionary }, seconds) {
  for (const folder of [inputs[0] ?? findings, findings]) mkdirSync(folder, { recursive: true });
  const begin = performance.now();
  const { code, output } = await run(program, [
    ...inputs,
    ...options,
    ...(dictionary === undefined ? [] : [`-dict=${dictionary}`]),
    `-max_total_time=${seconds}`,
    `-artifact_prefix=${join(findings, `${target}-`)}`,
  ]);
  const input = /Test unit written to (.+)$/m.exec(output)?.[1];
  if (code !== 0 && input === undefined) throw new Error(`${program} ended with ${code}:\n${output}`);
  return {
    target,
    seed: /INFO: Seed: (\d+)/.exec(output)?.[1] ?? 'none',
    executions: last(output, /stat::number_of_executed_units:\s*(\d+)/g),
    coverage: last(output, / cov: (\d+)/g),
    corpus: last(output, / corp: (\d+)/g),
    seconds: (performance.now() - begin) / 1000,
    finding: code === 0 || input === undefined ? undefined : { input, report: withoutProgress(output) },
  };
}

/**
 * Fuzzes several targets, as many at a time as there are processors.
 *
 * @param {Fuzzing[]} fuzzings
 * @param {number} seconds for each
 * @param {(fuzzed: Fuzzed) => void} report called for each when it is over
 */
export async function fuzzAll(fuzzings, seconds, report) {
  const waiting = [...fuzzings];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) report(await fuzz(next, seconds));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** @param {Fuzzed} fuzzed @returns {string} the figures, and for a finding how to see it again */
export function figuresOf({ target, seed, executions, coverage, corpus, seconds, finding }) {
  const figures =
    `${target}: ${executions} executions in ${seconds.toFixed(0)} s, ${coverage} edges, ` +
    `${corpus} inputs in the corpus, seed ${seed}`;
  if (finding === undefined) return `${figures}, no finding`;
  return `${finding.report}\n${figures}, a finding; again: '${join(workFolder, target)}' '${finding.input}'`;
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** @param {string} output @param {RegExp} pattern @returns {number} what the last match says; 0 when there is none */
function last(output, pattern) {
  return Number([...output.matchAll(pattern)].at(-1)?.[1] ?? 0);
}

/** @param {string} output @returns {string} without the lines about new inputs */
function withoutProgress(output) {
  return output
    .split('\n')
    .filter((line) => !/^#\d+\s/.test(line))
    .join('\n');
}
