import { describe, expect, it } from 'vitest';
import { FindingPlaces } from '#docktape/falco/program/finding-place.js';
import { type LoadResult, readVerdict } from '#docktape/falco/program/load-results.js';
import { readLoadText } from '#docktape/falco/program/load-text.js';
import { unmetRequirement } from '#docktape/falco/program/requirements.js';
import { recorded } from './stand-in.js';

function file(name: string) {
  return { name: `rules/${name}.yaml`, text: recorded(`${name}.yaml`) };
}

/** `LINE:COLUMN CODE` of each remark on a file, whose name was its path when Falco was asked. */
function remarks(results: readonly LoadResult[], name: string): string[] {
  const places = new FindingPlaces([file(name)]);
  return results.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ code, context }) => {
      const { line, column } = places.place(file(name), `${name}.yaml`, context.locations).position();
      return `${line}:${column} ${code}`;
    }),
  );
}

function verdict(name: string): readonly LoadResult[] {
  return readVerdict(`a line before\n${recorded(`${name}.json.txt`)}`)?.falco_load_results ?? [];
}

// What Falco 0.44.1 printed for the rules files in recorded/.
describe('the verdict of Falco 0.44.1', () => {
  it('names places by bytes, which become characters', () => {
    expect(remarks(verdict('broken'), 'broken')).toEqual(['6:11 LOAD_ERR_COMPILE_OUTPUT', '9:3 LOAD_UNKNOWN_KEY']);
  });

  it('is followed into a folded condition', () => {
    expect(remarks(verdict('conditions'), 'conditions')).toEqual(['6:11 LOAD_ERR_COMPILE_CONDITION']);
  });

  it('counts behind a list in a text that nobody wrote, so the condition is the place', () => {
    expect(remarks(verdict('listed'), 'listed')).toEqual(['5:14 LOAD_ERR_COMPILE_CONDITION']);
  });

  it('is read from text where its JSON fails', () => {
    const results = readLoadText(recorded('character.txt'), (path) =>
      path === 'character.yaml' ? file('character').text : undefined,
    );
    expect(results).toHaveLength(1);
    expect(results[0]?.errors[0]?.message).toBe('filter_check called with nonexistent field docker.nope');
    expect(remarks(results, 'character')).toEqual(['3:14 LOAD_ERR_COMPILE_CONDITION']);
  });

  it('is at the beginning of the file when it has no place', () => {
    expect(new FindingPlaces([]).place(file('broken'), 'broken.yaml', []).position()).toMatchObject({
      line: 1,
      column: 1,
    });
  });
});

describe('what is no verdict', () => {
  it('is told from one', () => {
    expect(readVerdict('')).toBeUndefined();
    expect(readVerdict('rules.yaml: Ok\n{"rule":"x"}\n')).toBeUndefined();
  });

  it.each(['{"falco_load_results":3}', '{"falco_load_results":[{"name":"x"}]}', '{"falco_load_results":['])(
    '%s is an error',
    (line) => {
      expect(() => readVerdict(line)).toThrow(expect.objectContaining({ code: 'FALCO' }));
    },
  );
});

describe('a plugin that rules require', () => {
  it('is found in the file that names it', () => {
    const reason = "Plugin 'docker' version '0.5.0' is not compatible with required plugin version '9.0.0'";
    const finding = unmetRequirement(reason, [file('broken'), file('required')]);
    expect(finding).toMatchObject({
      severity: 'error',
      code: 'LOAD_ERR_VALIDATE',
      message: reason,
      place: { file: 'rules/required.yaml', line: 2, column: 3 },
    });
  });

  it('is reported at the beginning when no file names it', () => {
    const reason = 'Plugin requirement not satisfied, must load one of: k8saudit (>= 0.1.0)';
    expect(unmetRequirement(reason, [file('broken')])?.place).toEqual({
      file: 'rules/broken.yaml',
      line: 1,
      column: 1,
    });
  });

  it('is not the reason for everything', () => {
    expect(unmetRequirement('/nope.db does not exist: check the path', [file('required')])).toBeUndefined();
  });
});
