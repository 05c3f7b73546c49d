// Fuzzes the native code that reads what others wrote: `npm run fuzz -- [--target NAME]… [--seconds N] [--minimise]`. Ends
// with 1 when there is a finding, whose input is kept. docs/hardening.md says more.
import { parseArgs } from 'node:util';
import { buildTargets } from './fuzz/build.mjs';
import { minimise } from './fuzz/minimise.mjs';
import { figuresOf, fuzzAll, fuzzingOf } from './fuzz/run.mjs';
import { targets } from './fuzz/targets.mjs';
import { requirePackages } from './real/packages.mjs';
import { fail } from './run.mjs';

const usage = `write [--target ${targets.join('|')}]… [--seconds N] [--minimise]`;

const { chosen, seconds, minimises } = readArguments();
requirePackages(['clang', 'fuzzer', 'symbolizer']);
buildTargets(chosen);
const fuzzings = chosen.map(fuzzingOf);
await fuzzAll(fuzzings, seconds, (fuzzed) => {
  console.log(figuresOf(fuzzed));
  if (fuzzed.finding) process.exitCode = 1;
});
if (minimises) {
  for (const fuzzing of fuzzings) console.log(`${fuzzing.target}: ${minimise(fuzzing)} inputs added to the corpus`);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: 'string', multiple: true },
        seconds: { type: 'string', default: '60' },
        minimise: { type: 'boolean', default: false },
      },
    });
    const unknown = values.target?.find((name) => !targets.includes(name));
    if (unknown !== undefined) fail(`there is no fuzz target '${unknown}': ${usage}`);
    if (!/^[1-9]\d{0,5}$/.test(values.seconds)) fail(`'${values.seconds}' is no number of seconds: ${usage}`);
    return { chosen: values.target ?? targets, seconds: Number(values.seconds), minimises: values.minimise };
  } catch (error) {
    fail(`${error instanceof Error ? error.message : error}: ${usage}`);
  }
}
