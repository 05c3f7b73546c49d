import { describe, expect, it } from 'vitest';
import { giveBack } from '#docktape/source/give-back.js';

const isPossible = 'transfer' in ArrayBuffer.prototype;

describe('giveBack', () => {
  it('empties bytes that have their memory to themselves, where Node can', () => {
    const bytes = Buffer.allocUnsafeSlow(100_000);
    giveBack(bytes);
    expect(bytes.length).toBe(isPossible ? 0 : 100_000);
    giveBack(bytes);
  });

  it('leaves bytes alone that share their memory', () => {
    const memory = Buffer.alloc(100, 'x');
    const part = memory.subarray(10, 20);
    giveBack(part);
    expect(part.toString()).toBe('x'.repeat(10));
    expect(memory).toHaveLength(100);
  });
});
