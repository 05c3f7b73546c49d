import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';

describe('libraryPath', () => {
  it('is the library that the build made', () => {
    expect(libraryPath({})).toBe(fileURLToPath(new URL('../../build/Release/libdocker.so', import.meta.url)));
  });

  it('is what DOCKTAPE_PLUGIN names, from the working directory', () => {
    expect(libraryPath({ DOCKTAPE_PLUGIN: 'package.json' })).toBe(`${process.cwd()}/package.json`);
  });

  it('takes an empty DOCKTAPE_PLUGIN as none', () => {
    expect(libraryPath({ DOCKTAPE_PLUGIN: '' })).toBe(libraryPath({}));
  });

  it('names the file that is missing and what to do', () => {
    expect(() => libraryPath({ DOCKTAPE_PLUGIN: '/nowhere/libdocker.so' })).toThrow(
      expect.objectContaining({
        code: 'PLUGIN',
        message: expect.stringMatching(
          /^DOCKTAPE_PLUGIN names \/nowhere\/libdocker.so, which does not exist: .*unset it/,
        ),
      }),
    );
  });
});
