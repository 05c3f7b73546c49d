// Runs the program that is named until it ends, for tests that kill this process meanwhile.
const { falcoAlerts } = await import('#docktape/falco/program/falco-alerts.js');
const { DEFAULT_SETTINGS } = await import('#docktape/falco/settings.js');

const [path = '', params = 'capture:x.db', text = ''] = process.argv.slice(2);
const run = {
  program: { path, version: '0.44.1', pluginApi: '3.12.0' },
  files: [{ name: 'rules.yaml', text }],
  settings: DEFAULT_SETTINGS,
  params,
  config: /** @type {const} */ ({ daemon: 'retry' }),
};
for await (const alerts of falcoAlerts(run)) process.stdout.write(`${alerts.length}\n`);
