import { posix } from 'node:path';
import { parse } from 'yaml';
import { messageOf } from '../../errors.js';
import type { FileTree } from '../host/file-tree.js';

/** Settings by their keys, as YAML has them. */
export type Settings = Readonly<Record<string, unknown>>;

/** How a file is merged into what came before it. */
type Strategy = 'append' | 'override' | 'add-only';

/** Falco's configuration, with the files that it includes. */
export interface FalcoConfig {
  readonly path: string;
  readonly settings: Settings;
}

/** A configuration that cannot be read: its message names the file and the reason. */
export class UnreadableConfig extends Error {
  constructor(
    message: string,
    /** Whether only permission is missing, for this user. */
    readonly isDenied: boolean,
  ) {
    super(message);
  }
}

/**
 * Reads a falco.yaml and the files of its `config_files`, merged as Falco does it (`merge_config_files`, yaml_helper.h).
 *
 * @param appends whether lists of included files are added to those before them, as since Falco 0.41, or take their place
 * @returns `undefined` when there is no such file
 * @throws UnreadableConfig
 */
export function readFalcoConfig(tree: FileTree, path: string, appends: boolean): FalcoConfig | undefined {
  if (tree.stat(path) === undefined) return undefined;
  let settings = readSettings(tree, path);
  for (const { file, strategy } of includes(tree, settings)) {
    settings = merge(settings, readSettings(tree, file), appends ? strategy : 'override');
  }
  return { path, settings };
}

/** The included files in order; of a folder all of its files, by name, whatever they are called. */
function includes(tree: FileTree, settings: Settings): { file: string; strategy: Strategy }[] {
  return list(settings.config_files).flatMap((entry) => {
    const path = isSettings(entry) ? entry.path : entry;
    const named = isSettings(entry) ? entry.strategy : undefined;
    const strategy: Strategy = named === 'override' || named === 'add-only' ? named : 'append';
    if (typeof path !== 'string') return [];
    const isFolder = tree.stat(path)?.isDirectory() ?? false;
    const files = isFolder ? tree.names(path).map((name) => posix.join(path, name)) : [path];
    return files.filter((file) => tree.stat(file)?.isFile()).map((file) => ({ file, strategy }));
  });
}

function readSettings(tree: FileTree, path: string): Settings {
  try {
    const value: unknown = parse(tree.bytes(path).toString(), { uniqueKeys: false });
    if (value === null) return {};
    if (isSettings(value)) return value;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') throw new UnreadableConfig(`${path} may not be read`, true);
    throw new UnreadableConfig(`${path}: ${messageOf(error).split(/:? {2,}|:$/)[0]}`, false);
  }
  throw new UnreadableConfig(`${path} is no mapping of settings to values`, false);
}

function merge(before: Settings, added: Settings, strategy: Strategy): Settings {
  const merged = { ...before };
  for (const [key, value] of Object.entries(added)) {
    if (strategy === 'add-only' && key in before) continue;
    const isAdded = strategy === 'append' && Array.isArray(value);
    merged[key] = isAdded ? [...list(before[key]), ...value] : value;
  }
  return merged;
}

/** Falco takes a single value for a list of one. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
