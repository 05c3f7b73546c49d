import pc from 'picocolors';
import type { AlertChanges, ComparisonReport, RuleComparison } from '#docktape/regression/comparison.js';
import type { CaseReport, Failure, RuleCoverage, SuiteReport, TestReport } from '#docktape/regression/report.js';
import type { ReporterOptions } from '#docktape/regression/reporters/index.js';
import type { Finding } from '#docktape/rules/finding.js';

/** What a pipe gets: no colours. */
export const plain: ReporterOptions = { colours: pc.createColors(false), coverage: false };

export const place = (line: number, file = 'suites/night.suite.yaml') => ({ file, line, column: 5 });

const RULES = 'rules/docker_rules.yaml';

export const failure: Failure = {
  kind: 'missing',
  message: 'rule "Container killed" fired 0 times, at least 1 was expected',
  place: place(14),
  rule: 'Container killed',
  rulePlace: place(88, RULES),
  expected: ['at least 1 alert of "Container killed" with docker.container.name equal to "web"'],
  actual: ['no alert of "Container killed"'],
  event: {
    stream: 'captures/run-and-exit.db',
    event: 24,
    line: '24  2026-11-23T08:20:42.203749179Z  container kill e6378cde2878 (image=busybox:1, name=worker-old, signal=15)',
    fields: [
      { field: 'docker.type', value: 'container' },
      { field: 'docker.action', value: 'kill' },
      { field: 'docker.attributes.signal', value: '15' },
      { field: 'docker.exitcode', value: null },
    ],
    explanation: {
      rule: 'Container killed',
      place: place(88, RULES),
      holds: false,
      fires: false,
      condition: {
        kind: 'and',
        holds: false,
        children: [
          {
            kind: 'term',
            text: 'docker.action = kill',
            place: place(92, RULES),
            holds: true,
            decisive: false,
            values: [{ operand: 'docker.action', value: 'kill' }],
          },
          {
            kind: 'term',
            text: 'docker.attributes.signal in (9, SIGKILL, KILL)',
            place: place(92, RULES),
            holds: false,
            decisive: true,
            values: [{ operand: 'docker.attributes.signal', value: '15' }],
          },
        ],
      },
    },
  },
};

export function testCase(name: string, more: Partial<CaseReport> = {}): CaseReport {
  return {
    suite: 'suites/night.suite.yaml',
    name,
    place: place(10),
    status: 'passed',
    failures: [],
    events: 52,
    alerts: 3,
    seconds: 0.25,
    ...more,
  };
}

export function suite(cases: readonly CaseReport[], findings: readonly Finding[] = []): SuiteReport {
  return { path: 'suites/night.suite.yaml', cases, findings };
}

export function finding(severity: Finding['severity'], line = 3): Finding {
  const code = severity === 'error' ? 'LOAD_ERR_COMPILE_CONDITION' : 'LINT_NEVER_FIRES';
  const message = severity === 'error' ? "no field 'docker.acton'" : "the rule 'Never' can never fire";
  return {
    severity,
    code,
    message,
    place: { file: RULES, line, column: 14 },
    text: `${RULES}:${line}:14: ${code}: ${message}\n  condition: docker.acton = kill\n             ^`,
  };
}

function coverage(rule: string, more: Partial<RuleCoverage>): RuleCoverage {
  const observed = { fired: 0, preempted: 0, preemptedBy: {}, terms: [] };
  return { rule, place: place(28, RULES), ...observed, positive: [], negative: [], ...more };
}

function term(text: string, whenTrue: number, whenFalse: number) {
  return { text, place: place(33, RULES), whenTrue, whenFalse, absent: 0 };
}

export const coverageRules: readonly RuleCoverage[] = [
  coverage('Shell executed in container', {
    fired: 12,
    positive: ['a: 1', 'a: 2', 'a: 3'],
    negative: ['a: 4'],
    terms: [
      term('docker.type = container', 40, 0),
      term('docker.action.verb = exec_start', 12, 28),
      term('docker.exec.command startswith "/bin/ash "', 0, 12),
    ],
  }),
  coverage('Container out of memory', { negative: ['a: 1'], terms: [term('docker.action = oom', 0, 0)] }),
  coverage('Container killed', { fired: 2, positive: ['a: 1'], terms: [term('docker.action = kill', 2, 4)] }),
];

export function testReport(suites: readonly SuiteReport[], more: Partial<TestReport> = {}): TestReport {
  const totals = { passed: 0, failed: 0, skipped: 0, 'known failure': 0 };
  for (const { status } of suites.flatMap(({ cases }) => cases)) totals[status]++;
  return {
    kind: 'test',
    suites,
    totals,
    coverage: { rules: coverageRules, percent: 100 / 3 },
    goldens: [],
    seconds: 0.82,
    ...more,
  };
}

/** A run in which everything occurs. */
export const mixedReport = testReport(
  [
    suite(
      [
        testCase('a shell in a container is reported'),
        testCase('a killed container is reported', { status: 'failed', failures: [failure] }),
        testCase('an image is pulled', { status: 'skipped', reason: 'nothing recorded yet' }),
        testCase('a stopped container is silent', {
          status: 'known failure',
          reason: 'a race in the daemon',
          failures: [{ ...failure, kind: 'forbidden', message: 'rule "Container killed" must stay silent' }],
        }),
      ],
      [finding('warning')],
    ),
  ],
  { goldens: [{ path: 'goldens/night.jsonl', added: ['{"rule":"B"}', '{"rule":"C"}'], removed: ['{"rule":"A"}'] }] },
);

function change(event: number, more: object) {
  const line = `${event}  2026-11-23T08:20:41.565295344Z  container die 62fb80f9d307 (exitCode=3, image=busybox:1, name=shop-checkout-1)`;
  return { stream: 'captures/run-and-exit.db', event, line, others: [], ...more };
}

const none: AlertChanges = { count: 0, first: [] };

export const comparedRules: readonly RuleComparison[] = [
  {
    rule: 'Container killed',
    place: place(88, RULES),
    state: 'kept',
    same: 2,
    lost: none,
    gained: none,
    changed: none,
  },
  {
    rule: 'Container ended with failure',
    place: place(99, RULES),
    state: 'kept',
    same: 3,
    lost: {
      count: 12,
      first: [11, 16].map((event) =>
        change(event, {
          before: 'Informational Container ended with failure | exit_code=3 container=shop-checkout-1 image=busybox:1',
          others: ['Container status changed'],
        }),
      ),
    },
    gained: none,
    changed: {
      count: 1,
      first: [change(26, { before: 'Informational exit_code=137', after: 'Warning exit_code=137' })],
    },
  },
  {
    rule: 'Container status changed',
    place: place(170, RULES),
    state: 'added',
    same: 0,
    lost: none,
    gained: { count: 1, first: [change(11, { after: 'Debug status=die', others: ['Container ended with failure'] })] },
    changed: none,
  },
  { rule: 'Container renamed', state: 'removed', same: 0, lost: none, gained: none, changed: none },
];

export function comparison(more: Partial<ComparisonReport> = {}): ComparisonReport {
  return {
    kind: 'comparison',
    before: 'main (1a2b3c4d5e6f)',
    notes: [],
    streams: ['captures/run-and-exit.db', 'captures/exec.db'],
    events: 75_123,
    rules: comparedRules,
    findings: [],
    seconds: 0.41,
    ...more,
  };
}
