import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dockerd, image } from '../../../scripts/real/dockerd.mjs';
import type { Random } from './random.js';

/**
 * Makes events at a real daemon, in bursts of up to some hundred with pauses between: containers that live for a moment,
 * volumes, and commands that are made for a container but never run, which cost the daemon least. No two of its events are equal.
 */
export class EventLoad {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  #made = 0;
  #stopping = false;
  #failure: unknown;
  #work: Promise<unknown> = Promise.resolve();

  /**
   * @param random how long bursts and pauses are
   * @param name begins the names of what it makes
   * @param perSecond about how many events a second it makes at most; without it, as many as it can
   */
  constructor(
    private readonly dockerd: Dockerd,
    private readonly random: Random,
    private readonly name = 'load',
    private readonly perSecond = Number.POSITIVE_INFINITY,
  ) {}

  /** How many events it has made, about: containers, of which each makes several, are not counted. */
  get made(): number {
    return this.#made;
  }

  async start(): Promise<void> {
    const container = await this.dockerd.docker.createContainer({
      name: this.name,
      Image: image,
      Cmd: ['sleep', '1000000'],
      HostConfig: { NetworkMode: 'none' },
    });
    await container.start();
    this.#work = Promise.all([this.#containers(), this.#bursts(container.id)]).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Waits until `count` more events have been made; an error when the daemon refused something. */
  async more(count: number): Promise<void> {
    const goal = this.#made + count;
    while (this.#made < goal && !this.#stopping) {
      if (this.#failure) throw this.#failure;
      await sleep(5);
    }
  }

  /** Ends, once what has begun is over; an error when the daemon refused something. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#work;
    this.#agent.destroy();
    if (this.#failure) throw this.#failure;
  }

  async #containers(): Promise<void> {
    for (let count = 0; !this.#stopping; count++) {
      const container = await this.dockerd.docker.createContainer({
        name: `${this.name}-${count}`,
        Image: image,
        Cmd: ['true'],
        HostConfig: { NetworkMode: 'none' },
      });
      await container.start();
      await container.wait();
      await container.remove();
    }
  }

  async #bursts(container: string): Promise<void> {
    while (!this.#stopping) {
      const burst = this.random.chance(0.2) ? this.random.between(100, 400) : this.random.between(1, 60);
      const end = this.#made + burst;
      await Promise.all([this.#execs(container, end), this.#volumes(end)]);
      await sleep(this.random.between(0, 80) + (1000 * burst) / this.perSecond);
    }
  }

  async #execs(container: string, end: number): Promise<void> {
    while (this.#made < end && !this.#stopping) {
      await this.#ask('POST', `/containers/${container}/exec`, { Cmd: ['echo', `${this.#made}`] });
      this.#made += 1;
    }
  }

  async #volumes(end: number): Promise<void> {
    while (this.#made < end && !this.#stopping) {
      const name = `${this.name}-${this.#made}`;
      await this.#ask('POST', '/volumes/create', { Name: name });
      await this.#ask('DELETE', `/volumes/${name}`);
      this.#made += 2;
    }
  }

  /** One request. dockerode would take as much of the processor as the daemon. */
  #ask(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = body ? { 'content-type': 'application/json' } : {};
      const call = request({ socketPath: this.dockerd.socket, method, path, headers, agent: this.#agent }, (answer) => {
        answer.resume();
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) < 300) resolve();
          else reject(new Error(`the daemon answered ${answer.statusCode} to ${method} ${path}`));
        });
      });
      call.on('error', reject);
      call.end(body && JSON.stringify(body));
    });
  }
}
