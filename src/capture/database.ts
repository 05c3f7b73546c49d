import Sqlite, { type Database, type Options } from 'better-sqlite3';

/**
 * What must never be garbage-collected. From Node 24.19 on, its headers make the destructor of every native object of
 * better-sqlite3 12 look for the current environment; the garbage collector runs destructors where there is none, and the
 * process aborts. A process opens few databases and prepares few statements, and closing a database frees what they hold.
 */
const kept: unknown[] = [];

/** Keeps a native object of better-sqlite3 for the life of the process. */
export function keep<T>(object: T): T {
  kept.push(object);
  return object;
}

/**
 * Opens a database that keeps itself and its statements. What `iterate` gives is for the caller to keep; `pragma` gives the
 * one value that there is, or `undefined`.
 */
export function openDatabase(path: string, options: Options): Database {
  const database = keep(new Sqlite(path, options));
  const prepare = database.prepare.bind(database);
  database.prepare = ((sql: string) => keep(prepare(sql))) as typeof prepare;
  database.pragma = (source) => {
    const statement = database.prepare<[], unknown>(`PRAGMA ${source}`);
    return statement.reader ? statement.pluck().get() : void statement.run();
  };
  return database;
}
