import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Calls `onLine` with the lines of a stream as they come, without their ends; of a longer line than `maxLength`, its beginning. */
export function eachLine(stream: Readable, maxLength: number, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  const add = (text: string) => {
    const [first = '', ...others] = text.split('\n');
    partial += first.slice(0, maxLength - partial.length);
    for (const other of others) {
      onLine(partial);
      partial = other.slice(0, maxLength);
    }
  };
  stream.on('data', (chunk: Buffer) => add(decoder.write(chunk)));
  stream.on('error', () => {}); // what there is to say was said before
  stream.on('close', () => {
    if (partial !== '') onLine(partial);
    partial = '';
  });
}
