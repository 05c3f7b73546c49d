import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { localGoldens } from '#docktape/regression/golden/modes.js';
import { runSuites } from '#docktape/regression/run/run-suites.js';

/** Writes the golden of a capture, evaluated by so many workers; then says what the zone is now. */
const [, , path = '', workers] = process.argv;
const place = { file: 's', line: 1, column: 1 };

/** @type {(name: string, capture: string, expectation: import('#docktape/regression/suite.js').Expectation) => import('#docktape/regression/suite.js').TestCase} */
function testCase(name, capture, expectation) {
  return { name, place, streams: [{ kind: 'capture', path: capture, selection: {} }], forbid: [], expectation };
}

const cases = [
  testCase('golden', 'captures/exec.db', { kind: 'golden', path, place }),
  testCase('other', 'captures/run-and-exit.db', { kind: 'alerts', alerts: [], allowOther: true }),
];
const suite = { path: 's', rules: ['rules'], settings: DEFAULT_SETTINGS, cases };
const { totals } = await runSuites([suite], { goldens: localGoldens, workers: Number(workers) });
console.log(totals.passed, new Date(0).getHours(), process.env.TZ);
