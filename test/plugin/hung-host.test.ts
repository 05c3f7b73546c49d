import { afterEach, expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { childrenOf, isAlive } from '../support/processes.js';
import { Loader } from './loader.js';
import { keysOf, reportStep } from './requests.js';

const loaders: Loader[] = [];
afterEach(async () => {
  for (const loader of loaders) loader.child.kill('SIGKILL');
  await Promise.all(loaders.splice(0).map((loader) => loader.end()));
});

/** A loader of its own that has opened these params and read their first batch. */
async function reading(params: string, config: Readonly<Record<string, unknown>> = {}): Promise<Loader> {
  const loader = await Loader.start();
  loaders.push(loader);
  await loader.init('s', { flushinterval: 100, ...config });
  const { rc, error } = await loader.do('open', 's', 'i', params);
  if (rc !== 'success') throw new Error(`open: ${error}`);
  await loader.next('s', 'i');
  return loader;
}

const hostOf = (loader: Loader) => childrenOf(loader.pid)[0]?.pid ?? 0;

/** Reads on until `isOver`. */
async function read(loader: Loader, isOver: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isOver())) await loader.do('next', 's', 'i');
}

const complaints = async (loader: Loader) => (await loader.log()).filter(({ severity }) => severity < 6);

// One test for all of it: what takes half a minute takes that once.
test('a host that hangs is started again, and only such a host', { timeout: 180_000 }, async () => {
  const { step, resume } = reportStep();
  const hung = await reading(`${step};opened;events:3;hold`);
  const quiet = await reading(`opened;events:3;${'sleep:4000;stats:0:0;'.repeat(20)}hold`);
  const stopped = await reading('opened;events:3;hold');
  const capture = projectPath('captures/exec.db');
  const paced = await reading(`capture:${capture}?speed=0.0001`, { host: '' });

  const [hungHost, quietHost, stoppedHost, pacedHost] = [hung, quiet, stopped, paced].map(hostOf);
  process.kill(hungHost ?? 0, 'SIGSTOP');
  // All of a service is stopped for a while: both, in the middle of a next_batch.
  const interrupted = stopped.do('next', 's', 'i');
  for (const pid of [stopped.pid, stoppedHost ?? 0]) process.kill(pid, 'SIGSTOP');

  const begun = performance.now();
  let isRestarted = false;
  const isOver = () => isRestarted;
  await Promise.all([
    read(hung, async () => (await hung.metrics()).host_restarts === 1).then(() => {
      isRestarted = true;
    }),
    read(quiet, isOver),
    read(paced, isOver),
  ]);
  const seconds = Math.round((performance.now() - begun) / 1000);
  expect(seconds).toBeGreaterThanOrEqual(30);
  for (const pid of [stopped.pid, stoppedHost ?? 0]) process.kill(pid, 'SIGCONT');
  await interrupted;
  for (let i = 0; i < 20; i++) expect(await stopped.do('next', 's', 'i')).toMatchObject({ rc: 'timeout' });

  expect(isAlive(hungHost ?? 0)).toBe(false);
  await read(hung, () => resume() !== null);
  expect(resume()).toMatchObject({ reason: 'the source host was started again', delivered: keysOf(0, 3) });
  expect((await complaints(hung)).map(({ text }) => text)).toEqual([
    'the source host hangs (nothing was heard of it for 30 s); it is started again in 50 ms',
  ]);
  for (const [loader, host] of [
    [quiet, quietHost],
    [stopped, stoppedHost],
    [paced, pacedHost],
  ] as const) {
    expect(hostOf(loader)).toBe(host);
    expect(await loader.metrics()).toMatchObject({ host_restarts: 0 });
    expect(await complaints(loader)).toEqual([]);
  }
  console.log(
    `a stopped host was replaced after ${seconds} s; a quiet one, a paced replay's and a stopped service's were not`,
  );
});
