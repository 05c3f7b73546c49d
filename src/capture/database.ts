import Sqlite, { type Database, type Options, type Statement } from 'better-sqlite3';

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
 * Opens a database that keeps itself and its statements, so what is done again and again must not prepare one each time. What
 * `iterate` gives is for the caller to keep; `pragma` gives the one value that there is, and `undefined` for a setting.
 */
export function openDatabase(path: string, options: Options): Database {
  const database = keep(new Sqlite(path, options));
  const prepare = database.prepare.bind(database);
  database.prepare = ((sql: string) => keep(prepare(sql))) as typeof prepare;
  const questions = new Map<string, Statement<[], unknown>>();
  database.pragma = (source) => {
    // Some settings are made when they are compiled, so a statement that is there already would not make them.
    if (source.includes('=')) return void database.exec(`PRAGMA ${source}`);
    const question = questions.get(source) ?? database.prepare<[], unknown>(`PRAGMA ${source}`);
    questions.set(source, question);
    return question.reader ? question.pluck().get() : void question.run();
  };
  return database;
}
