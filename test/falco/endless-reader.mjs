// A worker thread that reads events until it is terminated; its data is the path of the test plugin.
import { workerData } from 'node:worker_threads';
import { LoadedPlugin } from '#docktape/falco/plugin.js';

const plugin = LoadedPlugin.load(workerData);
plugin.init();
const source = await plugin.open('s'.repeat(100));
while ((await source.next()) !== 'end');
