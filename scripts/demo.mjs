// The main job on what ships: some recorded Docker sessions, replayed through libdocker.so, judged by the shipped rules.
// Run it as `npm run demo`, which builds what is missing first.
import { spawnSync } from 'node:child_process';
import { root } from './run.mjs';

const captures = ['exec', 'exec-user', 'mounts', 'privileged'].map((name) => `captures/${name}.db`);
const args = ['dist/cli.js', 'replay', ...captures, '-r', 'rules/', '-o', 'priority=notice'];

console.log(`$ docktape ${args.slice(1).join(' ')}\n`);
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 2);

console.log(`
These alerts come from events that a real Docker daemon sent; captures/README.md says what each recording holds.
Next (docktape is \`node dist/cli.js\` here, or \`npm link\` puts it on the path):

  docktape show captures/privileged.db        events, and what their containers were
  docktape show captures/exec.db 'docker.action.verb = exec_create' --format '%docker.container.name %docker.exec.command'
  docktape replay captures/exec.db -r rules/ --json
  docktape stats captures/exec.db
  docktape fields                             what rules can ask about an event
  docktape record night.db                    record your own daemon (Ctrl-C to end)
  docktape live -r rules/                     alerts on what your daemon does now`);
