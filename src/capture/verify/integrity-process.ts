/**
 * A process of its own for SQLite's integrity check: that is one long call, which cannot be interrupted, on a file that
 * nobody vouches for. Prints what it finds as JSON.
 */
import { openUnchecked } from '../open-file.js';

/** Findings after which SQLite stops looking. */
const MOST = 20;

const database = openUnchecked(process.argv[2] ?? '');
const found = database.prepare<[], string>(`PRAGMA integrity_check(${MOST})`).pluck().all();
database.close();
process.stdout.write(JSON.stringify(found));
