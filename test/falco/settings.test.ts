import { describe, expect, it } from 'vitest';
import { DocktapeError } from '#docktape/errors.js';
import { DEFAULT_SETTINGS, readSettings } from '#docktape/falco/settings.js';

function errorOf(option: string, file?: string): string {
  try {
    readSettings({
      options: option ? [option] : [],
      ...(file !== undefined && { file: { name: 'falco.yaml', text: file } }),
    });
  } catch (error) {
    if (error instanceof DocktapeError && error.code === 'SETTINGS') return error.message;
    throw error;
  }
  throw new Error('it is accepted');
}

describe('settings', () => {
  it("are Falco's defaults when nothing is given", () => {
    expect(readSettings({ options: [] })).toEqual({ settings: DEFAULT_SETTINGS, notices: [] });
  });

  it('come from options, of which a later one wins', () => {
    const { settings } = readSettings({
      options: [
        'rule_matching=all',
        'priority=info',
        'json_output=yes',
        'json_output=off',
        'json_include_tags_property=false',
        'time_format_iso_8601=true',
      ],
    });
    expect(settings).toEqual({
      ...DEFAULT_SETTINGS,
      ruleMatching: 'all',
      priority: 'Informational',
      jsonMembers: { ...DEFAULT_SETTINGS.jsonMembers, tags: false },
      timeFormatIso8601: true,
    });
  });

  it('come from a whole falco.yaml, of which options change what they name', () => {
    const text =
      'engine: {kind: nodriver}\nrules_files: [a]\njson_output: true\npriority: error\njson_include_message_property: On\n';
    const { settings, notices } = readSettings({ file: { name: 'falco.yaml', text }, options: ['priority=notice'] });
    expect(settings).toMatchObject({ jsonOutput: true, priority: 'Notice', jsonMembers: { message: true } });
    expect(notices).toEqual(['falco.yaml: passed over, as they do not shape alerts: engine, rules_files']);
  });

  it('may be an empty file', () => {
    for (const text of ['', '# nothing\n']) {
      expect(readSettings({ file: { name: 'f', text }, options: [] })).toEqual({
        settings: DEFAULT_SETTINGS,
        notices: [],
      });
    }
  });

  it('read append_output, and add to it with []', () => {
    const { settings } = readSettings({
      options: [
        'append_output=[{extra_output: a}]',
        'append_output[]={match: {rule: R, tags: [t]}, extra_fields: [f, {k: "%f"}], suggested_output: true}',
      ],
    });
    expect(settings.appendOutput).toEqual([
      { tags: [], format: 'a', formattedFields: new Map(), rawFields: [] },
      { tags: ['t'], rule: 'R', formattedFields: new Map([['k', '%f']]), rawFields: ['f'] },
    ]);
  });
});

describe('a setting that cannot be', () => {
  it('names the nearest one, or what it must be', () => {
    expect(errorOf('jsn_output=true')).toBe(
      "-o jsn_output=true: no such setting 'jsn_output'; did you mean json_output?; those that shape alerts: rule_matching priority " +
        'json_output json_include_output_property json_include_output_fields_property json_include_tags_property ' +
        'json_include_message_property time_format_iso_8601 append_output',
    );
    expect(errorOf('json_output')).toBe('-o json_output: write KEY=VALUE');
    expect(errorOf('json_output=maybe')).toBe('-o json_output=maybe: json_output: must be true or false');
    expect(errorOf('priority=high')).toMatch(/^-o priority=high: priority: must be one of emergency alert critical/);
    expect(errorOf('rule_matching=[')).toMatch(/^-o rule_matching=\[: the value is not valid YAML: /);
  });

  it('has its place in a file', () => {
    expect(errorOf('', 'engine: x\n\nrule_matching: some\n')).toBe(
      'falco.yaml:3:1: rule_matching: must be first or all',
    );
    expect(errorOf('', 'json_output: [')).toMatch(/^falco\.yaml:1:\d+: not valid YAML: /);
    expect(errorOf('', '- a\n')).toBe('falco.yaml: a falco.yaml must be a mapping of settings to values');
  });

  it('is told apart inside append_output', () => {
    const messages: Readonly<Record<string, string>> = {
      'append_output=x': 'must be a list of entries',
      'append_output=[{extra_fieds: x}]': "entry 1 has the unknown key 'extra_fieds'",
      'append_output=[{match: {tag: x}}]': "entry 1: match has the unknown key 'tag'",
      'append_output=[{match: {tags: x}}]': 'entry 1: match.tags must be a list of texts',
      'append_output=[{}, {extra_fields: [{a: x, b: y}]}]':
        'entry 2: extra_fields: each element must be FIELD or NAME: FORMAT',
      'append_output=[{extra_fields: [a, {a: x}]}]': "entry 1: extra_fields has 'a' twice",
    };
    for (const [option, message] of Object.entries(messages)) expect(errorOf(option)).toContain(message);
  });
});
