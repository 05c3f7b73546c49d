import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { DocktapeError } from '../errors.js';
import { SessionWriter } from './session-writer.js';
import type { WriterJob, WriterReply, WriterRequest } from './writer-messages.js';

/** How long an event may wait for its commit, in milliseconds. */
const COMMIT_MS = 100;

if (parentPort) serve(parentPort, workerData as WriterJob);

/** The writer's thread: SQLite works here, so that whoever reads the daemon's socket is never held up by the disk. */
function serve(port: MessagePort, job: WriterJob): void {
  const reply = (message: WriterReply) => port.postMessage(message);
  let timer: NodeJS.Timeout | undefined;
  let writer: SessionWriter | undefined;

  /** Does one piece of work; an error that its user can understand is told and ends the thread. */
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      writer?.abort();
      if (!(error instanceof DocktapeError)) throw error;
      reply({ kind: 'failed', message: error.message });
      end();
    }
  };
  const end = () => {
    clearTimeout(timer);
    port.close();
  };
  const commitSoon = () => {
    if (!writer?.hasPending) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      attempt(() => writer?.commit());
    }, COMMIT_MS);
  };
  const obey = (writer: SessionWriter, request: WriterRequest) => {
    switch (request.kind) {
      case 'lines':
        writer.insert(bufferOf(request.lines), request.times, request.count);
        reply({ kind: 'taken', bytes: request.lines.length });
        return commitSoon();
      case 'gap':
        writer.gap(request.gap);
        return commitSoon();
      case 'daemon':
        writer.daemon(request.daemon);
        return commitSoon();
      case 'finish':
        reply({ kind: 'finished', summary: writer.finish(request.end) });
        return end();
      case 'abort':
        writer.abort();
        reply({ kind: 'aborted' });
        return end();
    }
  };

  attempt(() => {
    const opened = new SessionWriter(job.path, job.info, job.isAtomic);
    writer = opened;
    reply({ kind: 'opened', session: opened.session });
    port.on('message', (request: WriterRequest) => attempt(() => obey(opened, request)));
  });
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
