// Writes what docs/rules.md takes from rules/docker_rules.yaml between its markers. A test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderRulesPage } from './rules-page/render.mjs';
import { root } from './run.mjs';

const page = `${root}docs/rules.md`;
writeFileSync(
  page,
  renderRulesPage(readFileSync(page, 'utf8'), readFileSync(`${root}rules/docker_rules.yaml`, 'utf8')),
);
