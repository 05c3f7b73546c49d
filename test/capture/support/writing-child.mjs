// Writes to the capture at argv[2] until it fails or is killed: `BATCH` once a thousand events are in the file, then the error.

import { CaptureWriter } from '#docktape/capture/writer.js';
import { DocktapeError } from '#docktape/errors.js';

const line = `{"Type":"container","pad":"${'x'.repeat(570)}"}\n`;
const writer = await CaptureWriter.open(String(process.argv[2]), { how: 'record' });
try {
  for (;;) {
    writer.write({ lines: Buffer.from(line.repeat(1_000)), times: new BigInt64Array(1_000).fill(7n), count: 1_000 });
    await Promise.race([writer.drained(), writer.failed]);
    while (writer.figures.queuedBytes > 0)
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 5)), writer.failed]);
    process.stdout.write('BATCH\n');
  }
} catch (error) {
  process.stdout.write(error instanceof DocktapeError ? `${error.code}: ${error.message}\n` : `defect: ${error}\n`);
  await writer.abort();
}
