import type { Socket } from 'node:net';
import { DocktapeError, messageOf } from '../errors.js';
import { FrameOutput } from './frame-output.js';
import { parseOpenParams } from './open-params.js';
import { parseRequest } from './request.js';

/** A request is open params and a few numbers; more than this is none. */
const LONGEST_REQUEST = 1024 * 1024;

/** A plugin takes a host that it has not heard of for 30 s for one that hangs: a daemon, or a paced replay, can be quiet for days. */
const SIGN_OF_LIFE_MS = 5_000;

/**
 * Serves one plugin over its socket: reads the request, then streams the source that it names. Whatever fails ends as an
 * error frame, so that Falco can say why.
 */
export async function serve(socket: Socket): Promise<void> {
  const output = new FrameOutput(socket);
  setInterval(() => output.signOfLife(), SIGN_OF_LIFE_MS).unref();
  try {
    const request = parseRequest(await readLine(socket));
    const params = parseOpenParams(request.params, BigInt(request.now) * 1_000_000n);
    // Only what is needed is loaded: a replay starts fast and has no Docker client in its process.
    if (params.mode === 'replay') {
      const { replayCapture } = await import('./replay-source.js');
      await replayCapture(output, params, request.skip);
    } else {
      const { streamLive } = await import('./live-source.js');
      await streamLive(output, params, request);
    }
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    await output.error(messageOf(error));
  }
}

/** The first line that comes, without its newline. What follows it is read and ignored, so that the end is noticed. */
function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      const end = chunk.indexOf(0x0a);
      if (end < 0 && length <= LONGEST_REQUEST) return;
      socket.off('data', onData);
      socket.resume();
      if (end < 0) {
        reject(new DocktapeError('PLUGIN', 'the source host cannot use its request: it has no end'));
        return;
      }
      resolve(Buffer.concat(chunks).toString('utf8', 0, length - chunk.length + end));
    };
    socket.on('data', onData);
  });
}
