// Writes what README.md takes from the built program between its markers: `npm run readme`. A test compares the two.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './run.mjs';

const path = `${root}README.md`;
const table = execFileSync(process.execPath, ['dist/cli.js', 'fields', '--markdown'], { cwd: root, encoding: 'utf8' });
const text = readFileSync(path, 'utf8');
writeFileSync(
  path,
  text.replace(/(<!-- fields:begin -->\n)[\s\S]*(<!-- fields:end -->)/, (_, begin, end) => `${begin}${table}${end}`),
);
