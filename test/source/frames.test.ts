import { describe, expect, it } from 'vitest';
import { FrameKind, frame, frameHeader } from '#docktape/source/frames.js';

describe('a frame', () => {
  it('is a little-endian header of length, kind and count, then the body', () => {
    expect([...frame(FrameKind.log, 'grü', 6)]).toEqual([4, 0, 0, 0, 3, 0, 0, 0, 6, 0, 0, 0, 0x67, 0x72, 0xc3, 0xbc]);
  });

  it('may have no body', () => {
    expect([...frame(FrameKind.end)]).toEqual([0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('may have its header alone, for a body that follows', () => {
    expect([...frameHeader(FrameKind.own, 0x01020304, 0x05060708)]).toEqual([4, 3, 2, 1, 7, 0, 0, 0, 8, 7, 6, 5]);
  });
});
