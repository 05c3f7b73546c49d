/** What an attack or a mistake looks like, and what never happens among the events of the bench. */
const conditions = [
  'docker.type = container and docker.action.verb = exec_create and docker.exec.command contains /etc/shadow',
  'docker.type = container and docker.action = die and docker.exitcode > 200',
  'docker.type = container and docker.action in (create, start) and docker.image.registry = evil.example.com',
  'docker.type = container and docker.action = kill and docker.signal = 11',
  'docker.type = network and docker.action = connect and docker.network.name startswith prod',
  'docker.type = volume and docker.action = mount and docker.volume.destination startswith /etc',
  'docker.type = image and docker.action = pull and docker.actor.id startswith evil',
  'docker.status = start and docker.from startswith evil and docker.container.name != shop-1',
  'docker.container.name startswith db- and docker.action = destroy and docker.scope = local',
  'docker.compose.project = bank and docker.compose.service = vault and docker.action = die',
  'docker.action.verb = exec_start and docker.exec.command startswith nsenter and docker.type = container',
  'docker.action.verb = health_status and docker.health = unhealthy and docker.container.image startswith evil',
  'docker.container.image endswith :latest and docker.action = create and docker.type = container',
  'docker.image.tag = latest and docker.action = start and docker.type = container',
  'docker.attributes[privileged] exists and docker.action = create and docker.type = container',
  'docker.attributes[maintainer] = nobody and docker.action = start and docker.type = container',
  'docker.scope = swarm and docker.type = service and docker.action = remove',
  'docker.action = oom and docker.type = container and docker.container.name startswith shop',
  'docker.action in (pause, unpause) and docker.type = container and docker.container.name contains api',
  'docker.type = plugin and docker.action = enable and docker.actor.id exists',
  ...teams().flatMap((team) => [
    `docker.type = container and docker.action in (destroy, kill) and docker.container.name startswith ${team}-`,
    `docker.type = container and docker.action = create and docker.image.registry = registry.${team}.example.com`,
    `docker.type = container and docker.action.verb = exec_start and docker.exec.command contains /srv/${team}/keys`,
    `docker.compose.project = ${team} and docker.action = die and docker.exitcode != 0`,
    `docker.type = network and docker.action in (connect, disconnect) and docker.network.name = ${team}_backend`,
    `docker.type = volume and docker.action = mount and docker.volume.destination startswith /srv/${team}`,
    `docker.type = image and docker.action in (tag, push) and docker.image.repository startswith ${team}/`,
    `docker.container.image startswith ${team}/ and docker.action = start and docker.scope = local`,
    `docker.attributes[com.example.${team}.tier] = gold and docker.action = die and docker.type = container`,
  ]),
];

/** Whose containers the rules watch over. */
function teams(): string[] {
  return [
    ...['accounts', 'analytics', 'auth', 'billing', 'catalogue', 'checkout', 'claims', 'delivery', 'finance', 'fraud'],
    ...['identity', 'ledger', 'mail', 'orders', 'payments', 'pricing', 'reports', 'search', 'support', 'warehouse'],
  ];
}

/**
 * A rules file with the first `count` of 200 rules, all different, of three terms each, as users write them; none matches
 * an event of the bench.
 */
export function rulesFile(count: number): string {
  if (count > conditions.length) throw new RangeError(`there are ${conditions.length} rules, not ${count}`);
  const rules = conditions.slice(0, count).map(
    (condition, i) => `
- rule: Bench ${i}
  desc: A rule of three terms.
  condition: ${condition}
  output: Matched (action=%docker.action name=%docker.container.name)
  priority: WARNING
  source: docker
`,
  );
  return rules.join('');
}
