import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A health check each half a second, of which two failures in a row make a container unhealthy.
 *
 * @param {string[]} Test
 * @returns {NonNullable<import('dockerode').ContainerCreateOptions['Healthcheck']>}
 */
export function Healthcheck(Test) {
  return { Test, Interval: 0.5e9, Timeout: 5e9, Retries: 2 };
}

/**
 * Waits until the daemon finds a container healthy, or unhealthy.
 *
 * @param {import('dockerode').Container} container
 * @param {'healthy' | 'unhealthy'} status
 */
export async function hasHealth(container, status) {
  while ((await container.inspect()).State.Health?.Status !== status) await sleep(100);
}
