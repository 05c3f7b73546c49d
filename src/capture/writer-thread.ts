import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { DocktapeError } from '../errors.js';
import type { WriterJob, WriterReply, WriterRequest } from './writer-messages.js';
import { WriterService } from './writing/writer-service.js';

if (parentPort) serve(parentPort, workerData as WriterJob);

/** The writer's thread: SQLite works here, so that whoever reads the daemon's socket is never held up by the disk. */
function serve(port: MessagePort, job: WriterJob): void {
  const reply = (message: WriterReply) => {
    port.postMessage(message);
    if (message.kind === 'finished' || message.kind === 'aborted' || message.kind === 'failed') port.close();
  };
  try {
    const service = new WriterService(job, reply);
    port.on('message', (request: WriterRequest) => service.take(request));
    reply({ kind: 'opened', session: service.session });
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    reply({ kind: 'failed', message: error.message });
  }
}
