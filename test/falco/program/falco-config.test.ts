import { describe, expect, it } from 'vitest';
import { configLiteral } from '#docktape/falco/program/config-literal.js';
import { falcoEnvironment } from '#docktape/falco/program/environment.js';
import { falcoConfig, numberKeyFor } from '#docktape/falco/program/falco-config.js';
import { readSettings } from '#docktape/falco/settings.js';

const options = [
  'rule_matching=all',
  'priority=notice',
  'time_format_iso_8601=true',
  'json_include_tags_property=false',
  'append_output=[{match: {rule: R, tags: [t]}, extra_output: "%docker.id", extra_fields: [evt.num, {who: "%docker.from"}]}]',
];
const { settings } = readSettings({ options });
const base = { settings, rules: ['/tmp/x/rules-1.yaml'] };

describe('the generated configuration', () => {
  it('has the settings that shape alerts, but all that an alert is made of', () => {
    expect(JSON.parse(falcoConfig(base))).toMatchObject({
      rule_matching: 'all',
      priority: 'Notice',
      time_format_iso_8601: true,
      json_output: true,
      json_include_tags_property: true,
      rules_files: ['/tmp/x/rules-1.yaml'],
    });
  });

  it('adds the event number and details to what the settings add', () => {
    const details = new Map([['R', ['docker.type']]]);
    const { append_output } = JSON.parse(falcoConfig({ ...base, details, numberKey: 'docktape.event' }));
    expect(append_output).toEqual([
      { extra_fields: [{ 'docktape.event': '%evt.num' }] },
      { match: { rule: 'R' }, extra_fields: ['docker.type'] },
      {
        match: { tags: ['t'], rule: 'R' },
        extra_output: '%docker.id',
        extra_fields: [{ who: '%docker.from' }, 'evt.num'],
      },
    ]);
    expect(JSON.parse(falcoConfig({ ...base, settings: { ...settings, appendOutput: [] } })).append_output).toEqual([]);
  });

  it('gives the event number a key that no field of the user has', () => {
    expect(numberKeyFor(settings)).toBe('docktape.event');
    const own = readSettings({
      options: ["append_output=[{extra_fields: [{docktape.event: x}, {docktape.event': x}]}]"],
    });
    expect(numberKeyFor(own.settings)).toBe("docktape.event''");
  });

  it('gives the plugin its open params and, where there is one, a configuration', () => {
    const plugin = (more: object) => JSON.parse(falcoConfig({ ...base, ...more })).plugins[0];
    expect(plugin({ params: 'capture:a.db', config: { daemon: 'fail' } })).toMatchObject({
      open_params: 'capture:a.db',
      init_config: { daemon: 'fail' },
    });
    expect(plugin({ config: {} })).not.toHaveProperty('init_config');
  });
});

// The rules of pre_process_env_vars in Falco's yaml_helper.h, which test/real asks Falco itself about.
describe('a text for the configuration', () => {
  it.each([
    ['no variable', 'no variable'],
    ['$HOME and $ and }', '$HOME and $ and }'],
    [`a \${HOME} b \${X} c`, `a $\${HOME} b $\${X} c`],
    [`$x \${HOME}`, `$x \${HOME}`],
    [`\${never ended`, `\${never ended`],
    [`$$\${X}`, `$$\${X}`],
  ])('%s is written as %s', (text, written) => {
    expect(configLiteral(text, 'a text')).toBe(written);
  });

  it('is refused where Falco has no way to write it', () => {
    expect(() => configLiteral(`a $\${X}`, 'rule')).toThrow(/^rule: Falco would make /);
  });
});

describe('the environment', () => {
  it('has what is needed, and nothing that Falco reads', () => {
    const env = {
      PATH: '/bin',
      HOME: '/root',
      TZ: 'Asia/Tokyo',
      DOCKER_HOST: 'unix:///d.sock',
      FALCO_HOSTNAME: 'mine',
      FALCO_CGROUP_MEM_PATH: '/x',
      NODE_OPTIONS: '--inspect',
      SECRET: 's',
    };
    const kept = { PATH: '/bin', HOME: '/root', DOCKER_HOST: 'unix:///d.sock' };
    expect(falcoEnvironment({}, env)).toEqual({ ...kept, TZ: 'Asia/Tokyo', FALCO_HOSTNAME: 'mine' });
    expect(falcoEnvironment({ hostname: 'h', timeZone: 'UTC' }, env)).toEqual({
      ...kept,
      TZ: 'UTC',
      FALCO_HOSTNAME: 'h',
    });
    expect(falcoEnvironment({}, {})).toEqual({});
  });
});
