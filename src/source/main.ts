import { Socket } from 'node:net';
import { messageOf } from '../errors.js';
import { FrameOutput } from './frame-output.js';
import { LogLevel } from './frames.js';
import { serve } from './host.js';

/** The descriptor on which the plugin has put its socket. */
const SOCKET_FD = 3;

/** How long the plugin gets to take the error frame of a defect. */
const LAST_WORDS_MS = 1_000;

// A Ctrl-C or a service's stop goes to the whole group. The host's life is its socket: it ends when the plugin lets it go.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const socket = openSocket();
let exitCode = 0;
const leave = () => process.exit(exitCode);
socket.on('end', leave);
// A reset: whoever loaded the plugin is gone, and nobody is left to tell.
socket.on('error', leave);
socket.on('close', leave);

process.on('uncaughtException', failOn);
serve(socket).catch(failOn);

/** Ends the host over a defect of its own: says so in one line here, and to Falco in an error frame. */
function failOn(error: unknown): void {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`docktape source host: ${details.replace(/\s*\n\s*/g, ' ')}`);
  exitCode = 1;
  setTimeout(leave, LAST_WORDS_MS);
  const text = `the source host failed: ${messageOf(error)}: see its line on standard error, and report it`;
  new FrameOutput(socket, LogLevel.error).error(text).then(leave);
}

function openSocket(): Socket {
  try {
    return new Socket({ fd: SOCKET_FD, readable: true, writable: true });
  } catch {
    console.error('docktape source host: descriptor 3 is no socket: it is not run by hand, libdocker.so starts it');
    process.exit(2);
  }
}
