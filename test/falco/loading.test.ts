import { describe, expect, it } from 'vitest';
import { DocktapeError } from '#docktape/errors.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { compileTestPlugin } from './test-plugin.js';

function refusal(path: string): string {
  try {
    LoadedPlugin.load(path);
  } catch (error) {
    expect(error).toBeInstanceOf(DocktapeError);
    expect(error).toMatchObject({ code: 'PLUGIN' });
    expect((error as Error).message).toContain(path);
    return (error as Error).message;
  }
  throw new Error(`${path} was loaded`);
}

describe('LoadedPlugin.load', () => {
  it('gives what the plugin says of itself', () => {
    const plugin = LoadedPlugin.load(compileTestPlugin('INIT_SCHEMA="{}"'));
    expect(plugin.info).toEqual({
      name: 'test',
      version: '1.2.3',
      requiredApiVersion: '3.5.0',
      id: 77,
      eventSource: 'test',
      description: 'A plugin that does what it is told',
      contact: 'nobody',
    });
    expect(plugin.initSchema).toBe('{}');
  });

  it('gives the fields with their types and arguments', () => {
    const plugin = LoadedPlugin.load(compileTestPlugin());
    expect(plugin.initSchema).toBeUndefined();
    expect(plugin.fields.slice(0, 2)).toEqual([
      { name: 'test.payload', type: 'string', desc: 'the payload', display: 'Payload' },
      { name: 'test.length', type: 'uint64', desc: 'its length' },
    ]);
    expect(plugin.fields.find(({ name }) => name === 'test.words')?.isList).toBe(true);
    expect(plugin.fields.find(({ name }) => name === 'test.key')?.arg).toEqual({
      isRequired: true,
      isIndex: false,
      isKey: true,
    });
  });

  it('takes a relative path as a file and not as a name to search for', () => {
    expect(refusal('libtest.so')).toContain(`${process.cwd()}/libtest.so`);
  });

  it('refuses what is no library and what is no plugin', () => {
    expect(refusal('/nowhere/libtest.so')).toContain('No such file');
    expect(refusal('/dev/null')).toMatch(/cannot load the plugin \/dev\/null: ./);
  });

  it.each(['3.12.0', '3.0.0', '3.11.99'])('takes API version %s', (version) => {
    expect(LoadedPlugin.load(compileTestPlugin(`API_VERSION="${version}"`)).info.requiredApiVersion).toBe(version);
  });

  it.each(['2.0.0', '4.0.0', '3.13.0', '3.12.1'])('refuses API version %s', (version) => {
    expect(refusal(compileTestPlugin(`API_VERSION="${version}"`))).toContain(`requires plugin API ${version}`);
  });

  it.each(['3.5', 'new', ''])('refuses the API version "%s" as none', (version) => {
    expect(refusal(compileTestPlugin(`API_VERSION="${version}"`))).toContain(`'${version}', which is not a version`);
  });

  it('refuses a null version without a crash', () => {
    expect(refusal(compileTestPlugin('API_VERSION=NULL'))).toContain('which is not a version');
  });

  it.each([
    ['NO_NAME', 'no function plugin_get_name'],
    ['NO_CLOSE', 'only some of plugin_open, plugin_close and plugin_next_batch'],
    ['NO_ID', 'only one of plugin_get_id'],
    ['PLUGIN_ID=0', 'only one of plugin_get_id'],
    ['NO_GET_FIELDS', 'plugin_extract_fields without plugin_get_fields'],
  ])('refuses a plugin that is not whole (%s)', (macro, message) => {
    expect(refusal(compileTestPlugin(macro))).toContain(message);
  });

  it.each([
    ['"{"', 'gave text that is not JSON'],
    ['NULL', 'gave text that is not JSON'],
    ['"{}"', 'not an array'],
    ['"[1]"', 'entry 1 is not an object'],
    ['"[{\\"type\\":\\"string\\",\\"desc\\":\\"d\\"}]"', 'entry 1 has no name'],
    ['"[{\\"type\\":\\"string\\",\\"name\\":\\"n\\"}]"', 'entry 1 (n) has no desc'],
    ['"[{\\"type\\":\\"int8\\",\\"name\\":\\"n\\",\\"desc\\":\\"d\\"}]"', "the unknown type 'int8'"],
    ['"[{\\"type\\":\\"bool\\",\\"name\\":\\"n\\",\\"desc\\":\\"d\\",\\"isList\\":1}]"', 'neither true nor false'],
    ['"[{\\"type\\":\\"bool\\",\\"name\\":\\"n\\",\\"desc\\":\\"d\\",\\"arg\\":[]}]"', 'not an object'],
    [
      '"[{\\"type\\":\\"bool\\",\\"name\\":\\"n\\",\\"desc\\":\\"d\\",\\"arg\\":{\\"isRequired\\":true}}]"',
      'neither a key nor an index',
    ],
  ])('refuses the fields %s', (fields, message) => {
    const path = compileTestPlugin(`FIELDS=${fields}`);
    expect(() => LoadedPlugin.load(path)).toThrow(message);
    expect(() => LoadedPlugin.load(path)).toThrow('plugin test: get_fields');
  });
});
