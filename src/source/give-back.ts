/** An ArrayBuffer from Node 22 on. */
interface Movable {
  transfer?(bytes: number): ArrayBuffer;
}

/**
 * Frees the memory of bytes that nobody reads any more, which are empty from then on. The garbage collector frees it as well,
 * but lets tens of megabytes come together before it does: its own heap, by which it goes, hardly grows. Node 20 cannot do it,
 * and bytes that share their memory with others keep it.
 */
export function giveBack(bytes: Buffer): void {
  const memory: ArrayBufferLike & Movable = bytes.buffer;
  // Memory that was given back before has a length of 0, and cannot be moved again.
  if (memory.byteLength > 0 && memory.byteLength === bytes.length) memory.transfer?.(0);
}
