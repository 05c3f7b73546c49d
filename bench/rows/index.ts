import type { Row } from '../row.js';
import { extractorFirst, extractorFurther } from './extractor.js';

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [extractorFirst, extractorFurther];
