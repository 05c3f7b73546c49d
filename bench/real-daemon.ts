import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { NotMeasured } from './row.js';

/** A Docker daemon that was started for the bench. */
export interface RealDaemon {
  readonly folder: string;
  readonly socket: string;
  readonly docker: Docker;
  stop(): Promise<void>;
}

/** What is used of scripts/real/dockerd.mjs, which is no part of what is compiled here. */
interface Module {
  /** The one image of the daemon. */
  readonly image: string;
  startDockerd(): Promise<RealDaemon>;
}

/** Starts a daemon and gives it to `work`, with its image; says what is missing where none can be started. */
export async function withRealDaemon<T>(
  work: (daemon: RealDaemon, image: string) => Promise<T>,
): Promise<T | NotMeasured> {
  const { startDockerd, image } = (await import(script)) as Module;
  let daemon: RealDaemon;
  try {
    daemon = await startDockerd();
  } catch (error) {
    const [first] = String(error).split('\n');
    return new NotMeasured(
      `no Docker daemon could be started (${first}): install docker.io and busybox-static, be root`,
    );
  }
  try {
    return await work(daemon, image);
  } finally {
    await daemon.stop();
  }
}

const script = fileURLToPath(new URL('../../scripts/real/dockerd.mjs', import.meta.url));
