// An ordinary day, about which no rule should warn: an image is built step by step, a stack is brought up as docker compose does it, checks
// its health, is scaled, updated, used, and taken down.
import { image } from '../../scripts/real/dockerd.mjs';
import { create, end, execute, service } from '../support/containers.mjs';
import { Healthcheck, hasHealth } from '../support/health.mjs';
import { archive, finished } from '../support/images.mjs';
import { secretValue } from '../support/secret.mjs';

/** @typedef {import('../support/containers.mjs').Docker} Docker */
/** @typedef {import('../support/containers.mjs').Options} Options */

const dockerfile = `FROM ${image}
LABEL org.opencontainers.image.title=web
ARG REVISION=${secretValue}
ENV LOG_LEVEL=info API_TOKEN=${secretValue}
WORKDIR /usr/share/web
COPY index.html ./
RUN echo "$REVISION" >revision && ls -l
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=3s --retries=2 CMD test -e index.html
ENTRYPOINT ["sh", "-c"]
CMD ["trap 'exit 0' TERM; sleep 600 & wait"]
`;

/** @type {Record<string, Options>} */
const services = {
  db: {
    Healthcheck: { ...Healthcheck(['CMD-SHELL', 'test -d /var/lib/data || exit 1']), Interval: 3e9 },
    HostConfig: { Binds: ['shop_db-data:/var/lib/data'], ShmSize: 128 * 2 ** 20 },
  },
  cache: { User: '999', HostConfig: { Tmpfs: { '/data': '' }, ReadonlyRootfs: true, CapDrop: ['ALL'] } },
  worker: { HostConfig: { Memory: 128 * 2 ** 20, SecurityOpt: ['no-new-privileges:true'] } },
};

/** @type {import('../record.mjs').Scenario} */
export async function run(docker) {
  await build(docker, 'shop/web:1.4', 'f2b05e8');
  await build(docker, 'shop/web:1.5', 'de66bd7');

  const network = await docker.createNetwork({ Name: 'shop_default', Labels: labels({ network: 'default' }) });
  const data = await docker.createVolume({ Name: 'shop_db-data', Labels: labels({ volume: 'db-data' }) });
  const db = await up(docker, 'db');
  await hasHealth(db, 'healthy');
  const cache = await up(docker, 'cache');
  const worker = await up(docker, 'worker');
  const web = await up(docker, 'web', webOf('1.4'));
  await hasHealth(web, 'healthy');

  const more = [await up(docker, 'worker', services.worker, 2), await up(docker, 'worker', services.worker, 3)];
  await execute(db, ['ls', '/var/lib/data']);
  const migration = await composed(docker, 'shop-web-run-0c4d1e7a', 'web', 1, {
    Image: 'shop/web:1.5',
    Entrypoint: [],
    Cmd: ['ls'],
    Labels: labels({ service: 'web', oneoff: 'True' }),
    HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'no' } },
  });
  const removed = migration.wait({ condition: 'removed' });
  await migration.start();
  await removed;
  await end(...more);

  // A new version: made under a name of its own, it gets the name of the old one when that is gone.
  const next = await composed(docker, `${web.id.slice(0, 12)}_shop-web-1`, 'web', 1, webOf('1.5'));
  await end(web);
  await next.rename({ name: 'shop-web-1' });
  await next.start();
  await hasHealth(next, 'healthy');
  await worker.restart();

  await end(next, worker, cache, db);
  await network.remove();
  await data.remove();
  await docker.getImage('shop/web:1.4').remove();
}

/**
 * @param {string} version of the service that people see
 * @returns {Options}
 */
function webOf(version) {
  return {
    Image: `shop/web:${version}`,
    Cmd: undefined,
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: {
      Binds: ['/srv/shop/web.conf:/etc/web.conf:ro'],
      PortBindings: { '8080/tcp': [{ HostPort: '8080' }] },
    },
  };
}

/**
 * Builds an image step by step, each in a container.
 *
 * @param {Docker} docker
 * @param {string} t the image's name
 * @param {string} REVISION
 */
async function build(docker, t, REVISION) {
  const files = { Dockerfile: dockerfile, 'index.html': `<h1>${t}</h1>\n` };
  await finished(docker, await docker.buildImage(archive(files), { t, networkmode: 'none', buildargs: { REVISION } }));
}

/**
 * Starts a container of a service.
 *
 * @param {Docker} docker
 * @param {string} name of the service
 * @param {Options} [options]
 * @param {number} [number] which of the service's containers it is
 */
async function up(docker, name, options = services[name], number = 1) {
  const container = await composed(docker, `shop-${name}-${number}`, name, number, options);
  await container.start();
  return container;
}

/**
 * Creates a container as docker compose does.
 *
 * @param {Docker} docker
 * @param {string} name
 * @param {string} serviceName
 * @param {number} number
 * @param {Options} [options]
 */
function composed(docker, name, serviceName, number, { HostConfig, ...options } = {}) {
  return create(docker, name, {
    Labels: labels({ service: serviceName, 'container-number': String(number), oneoff: 'False' }),
    Cmd: service,
    ...options,
    HostConfig: { NetworkMode: 'shop_default', RestartPolicy: { Name: 'unless-stopped' }, ...HostConfig },
  });
}

/**
 * @param {Record<string, string>} own
 * @returns {Record<string, string>} what docker compose labels its objects with
 */
function labels(own) {
  const all = { project: 'shop', version: '2.29.7', 'project.working_dir': '/srv/shop', ...own };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`com.docker.compose.${name}`, value]));
}
