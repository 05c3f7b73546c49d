import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { homeFolder } from '#docktape/docker/home-folder.js';

test('HOME comes first, then what the system knows', () => {
  expect(homeFolder({ HOME: '/home/ada' })).toBe('/home/ada');
  expect(homeFolder({ HOME: '' })).toBe(homedir());
  expect(homeFolder({}, () => '/srv/falco')).toBe('/srv/falco');
});

test('a user that the system does not know has a home that is not there', () => {
  const unknown = () => {
    throw new Error('ENOENT: no such file or directory, uv_os_homedir');
  };
  expect(homeFolder({}, unknown)).toBe('/nonexistent');
  expect(homeFolder({}, () => '')).toBe('/nonexistent');
});
