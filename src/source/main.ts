import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { serve } from './host.js';

/** The descriptor on which the plugin has put its socket. */
const SOCKET_FD = 3;

// A Ctrl-C or a service's stop goes to the whole group. The host's life is its socket: it ends when the plugin lets it go.
// SIGUSR1 asks docktape for its metrics; here it would open Node's debugger to anybody on this machine.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1']) process.on(signal, () => {});

const socket = openSocket();
const leave = () => process.exit(0);
socket.on('end', leave);
// A reset: whoever loaded the plugin is gone, and nobody is left to tell.
socket.on('error', leave);
socket.on('close', leave);

process.on('uncaughtException', failOn);
serve(socket).catch(failOn);

/** Ends the host over a defect of its own: one line for Falco's log, by way of the plugin, which starts another host. */
function failOn(error: unknown): void {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeSync(2, `docktape source host: ${details.replace(/\s*\n\s*/g, ' ')}\n`);
  process.exit(1);
}

function openSocket(): Socket {
  try {
    return new Socket({ fd: SOCKET_FD, readable: true, writable: true });
  } catch {
    console.error('docktape source host: descriptor 3 is no socket: it is not run by hand, libdocker.so starts it');
    process.exit(2);
  }
}
