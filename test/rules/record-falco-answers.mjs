// Asks a real Falco (DOCKTAPE_FALCO=/path/to/falco) every question of falco-answers.json again and writes its answers.
// To ask something new, add it to that file with any answer.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const falco = process.env.DOCKTAPE_FALCO ?? '';
if (falco === '') throw new Error('set DOCKTAPE_FALCO to the path of a Falco 0.44 binary');

const answers = new URL('falco-answers.json', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'docktape-falco-'));
const library = join(folder, 'libtest.so');
const native = fileURLToPath(new URL('../../native', import.meta.url));
const source = fileURLToPath(new URL('../falco/test_plugin.c', import.meta.url));
execFileSync('cc', ['-std=gnu11', '-shared', '-fPIC', `-I${native}`, '-o', library, source]);

const rules = join(folder, 'rules.yaml');
const config = join(folder, 'falco.yaml');
const settings = {
  engine: { kind: 'nodriver' },
  plugins: [{ name: 'test', library_path: library, open_params: 'eE' }],
  load_plugins: ['test'],
  rules_files: [],
  json_output: true,
  stdout_output: { enabled: true },
  log_stderr: true,
  log_syslog: false,
};
writeFileSync(config, JSON.stringify(settings));

/**
 * What Falco does with a rules file: the codes of what it says of it, errors first, and its alerts.
 *
 * @param {string} text
 */
function run(text) {
  writeFileSync(rules, text);
  const env = { ...process.env, TZ: 'UTC', FALCO_HOSTNAME: 'host' };
  const args = ['-c', config, '-r', rules, '--enable-source', 'test'];
  const { status, stdout, stderr } = spawnSync(falco, args, { env, encoding: 'utf8' });
  const codes = stderr.match(/LOAD_[A-Z_]+(?= \()/g) ?? [];
  if (status !== 0 && !codes[0]?.startsWith('LOAD_ERR_'))
    throw new Error(`Falco ended with ${status} at ${text}:\n${stderr}`);
  return { codes, alerts: stdout.split('\n').filter((line) => line.startsWith('{"hostname"')) };
}

/**
 * The alerts of a rule, or the code of the error that it is refused with.
 *
 * @param {string} condition
 * @param {string} output
 */
function ask(condition, output) {
  const rule = { rule: 'R', desc: '-', condition, output, priority: 'INFO', source: 'test' };
  const { codes, alerts } = run(JSON.stringify([rule]));
  return codes[0]?.startsWith('LOAD_ERR_') ? codes[0] : alerts;
}

const { conditions, outputs, files } = JSON.parse(readFileSync(answers, 'utf8'));
for (const group of Object.values(conditions)) {
  for (const condition of Object.keys(group)) {
    const answer = ask(condition, '%evt.num');
    group[condition] = Array.isArray(answer)
      ? answer.map((line) => JSON.parse(line).output_fields['evt.num']).join(' ')
      : answer;
  }
}
for (const output of Object.keys(outputs)) {
  const answer = ask('evt.num = 1', output);
  outputs[output] = Array.isArray(answer) ? answer[0] : answer;
}
for (const text of Object.keys(files)) {
  const { codes, alerts } = run(text);
  files[text] = [...codes, `${alerts.length} alerts`].join(' ');
}
writeFileSync(answers, `${JSON.stringify({ conditions, outputs, files }, undefined, 2)}\n`);
rmSync(folder, { recursive: true });
