import { CaptureWriter } from '#docktape/capture/writer.js';

/** Appends a session of so many events to a capture. */
const [, , path = '', number] = process.argv;
const count = Number(number);
const writer = await CaptureWriter.open(path, { how: 'import', endpoint: 'events' });
const times = BigInt64Array.from({ length: count }, (_, i) => 1_700_000_000_000_000_000n + BigInt(i));
writer.write({ lines: Buffer.from('{"Type":"container","Action":"top"}\n'.repeat(count)), times, count });
await writer.close();
