import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';

/** Where the targets' sources, dictionaries and corpora are. */
export const fuzzFolder = join(root, 'native/fuzz');

/** Everything that fuzzing leaves behind: programs, inputs that reach new code, inputs that are findings. */
export const workFolder = join(root, 'build/fuzz');

/** The targets by name: each has a corpus. */
export const targets = readdirSync(join(fuzzFolder, 'corpus')).sort();
