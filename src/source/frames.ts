/** The kinds of frames that go from the source host to the plugin; docs/architecture.md has the table. */
export const FrameKind = {
  opened: 1,
  events: 2,
  log: 3,
  error: 4,
  end: 5,
  stats: 6,
  own: 7,
  context: 8,
  enriched: 9,
} as const;

/** Severities of log frames, numbered as in the plugin ABI. */
export const LogLevel = {
  fatal: 1,
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
  trace: 8,
} as const;

/** Bytes of a frame's header: length of the body, kind and count, each a little-endian u32. */
export const HEADER_BYTES = 12;

/** A whole frame. `count` is the number of lines, a log's severity, or a context's slot. */
export function frame(kind: number, body: string | Buffer = '', count = 0): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([frameHeader(kind, bytes.length, count), bytes]);
}

/** The header alone, for a body that is written after it. */
export function frameHeader(kind: number, length: number, count: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  writeHeader(header, 0, { kind, length, count });
  return header;
}

/** Writes a header into `out`. */
export function writeHeader(
  out: Buffer,
  at: number,
  { kind, length, count }: { readonly kind: number; readonly length: number; readonly count: number },
): void {
  out.writeUInt32LE(length, at);
  out.writeUInt32LE(kind, at + 4);
  out.writeUInt32LE(count, at + 8);
}
