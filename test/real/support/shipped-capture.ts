import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docktape } from './cli.js';
import { sysdig } from './sysdig.js';

export interface ShippedCapture {
  /** The events of all captures that ship, in one capture. */
  readonly capture: string;
  /** The same events as sysdig wrote them: it filters these with the library's extractor as well, and needs no source host. */
  readonly scap: string;
  readonly events: number;
}

/** Joins the captures that ship into one, in a folder that sysdig's chroot must be able to have as well. */
export function joinShipped(folder: string): ShippedCapture {
  const captures = fileURLToPath(new URL('../../../captures', import.meta.url));
  const shipped = readdirSync(captures).filter((name) => name.endsWith('.db'));
  const lines = shipped.map((name) => docktape('export', join(captures, name))).join('');
  const file = join(folder, 'shipped.jsonl');
  writeFileSync(file, lines);
  const capture = join(folder, 'shipped.db');
  docktape('import', file, capture);
  const scap = join(folder, 'shipped.scap');
  sysdig({ openParams: `capture:${capture}`, args: ['-w', scap], bind: [folder] });
  return { capture, scap, events: lines.split('\n').length - 1 };
}
