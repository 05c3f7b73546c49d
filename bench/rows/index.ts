import type { Row } from '../row.js';
import { captureRead, disk, record } from './capture.js';
import { engine1, engine20, replayNode } from './engine.js';
import { extractorFirst, extractorFurther } from './extractor.js';
import { replayAbi, replayOpen } from './replay.js';

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [
  replayAbi,
  replayOpen,
  extractorFirst,
  extractorFurther,
  record,
  disk,
  captureRead,
  replayNode,
  engine1,
  engine20,
];
