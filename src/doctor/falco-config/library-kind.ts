import type { FileTree } from '../host/file-tree.js';

/** Whose plugin a library is: the very one that docktape loads, another build of it, the Go plugin of the same name, or none. */
export type LibraryKind = 'same' | 'docktape' | 'go' | 'unknown' | 'absent';

/** Go's linker puts this in front of the build information of every program and library (debug/buildinfo). */
const GO = '\xff Go buildinf:';

/** A piece of the description that the plugin gives of itself. */
const DOCKTAPE = 'docktape capture';

/** Tells by the bytes of a library which it is: to load it would run it. */
export function libraryKind(tree: FileTree, path: string, own: Buffer | undefined): LibraryKind {
  if (!tree.stat(path)?.isFile()) return 'absent';
  let bytes: Buffer;
  try {
    bytes = tree.bytes(path);
  } catch {
    // Not for this user to read: nothing can be said of it.
    return 'unknown';
  }
  if (own?.equals(bytes)) return 'same';
  if (bytes.includes(GO, 'latin1')) return 'go';
  return bytes.includes(DOCKTAPE) ? 'docktape' : 'unknown';
}
