import { isScalar, parseAllDocuments, type Scalar, visit } from 'yaml';
import type { RulesFile } from '../../rules/load/load-files.js';
import { type Place, SourceText } from '../../rules/text/source-text.js';
import { locateScalar } from '../../rules/text/yaml-scalar.js';
import type { LoadLocation } from './load-results.js';

/** How much of a condition Falco names a place in it by. */
const NAMED = 17;

/** Where lists and macros get their names. More than there are may be found: then a place is less exact. */
const DEFINITIONS = /\b(?:list|macro)["']?\s*:\s*["']?([^\s"',}#]+)/g;

/** Finds the places in rules files that Falco means. */
export class FindingPlaces {
  /** The names that a condition can use for what is written elsewhere. */
  readonly #substituted: ReadonlySet<string>;

  constructor(files: readonly RulesFile[]) {
    const names = files.flatMap(({ text }) => [...text.matchAll(DEFINITIONS)].map(([, name]) => name as string));
    this.#substituted = new Set(names);
  }

  /**
   * The innermost place in a file, whose copy Falco knows by `path`; the file's beginning when it gives none. A place in a
   * condition is followed into the text where that is what Falco has parsed.
   */
  place({ name, text }: RulesFile, path: string, locations: readonly LoadLocation[]): Place {
    const source = new SourceText(name, text);
    const own = locations.findLast(({ position }) => position.name === path);
    const offset = offsetOf(text, own?.position.offset ?? 0);
    const last = locations.at(-1);
    const within = last?.item_type === 'condition expression' && own && this.#inCondition(source, offset, own, last);
    return within || source.at(offset);
  }

  #inCondition(source: SourceText, offset: number, own: LoadLocation, last: LoadLocation): Place | undefined {
    const scalar = scalarAt(source.text, offset);
    const index = last.position.offset - own.position.offset;
    if (!scalar || index < 0) return undefined;
    const condition = locateScalar(scalar, source);
    const words = condition.toString().match(/[\w.:/-]+/g) ?? [];
    // Falco counts in the text with lists, macros and exceptions in it, which is not what stands in the file.
    const isWhole = last.position.name.startsWith(nameOf(condition.bytes)) && index <= condition.bytes.length;
    if (!isWhole || words.some((word) => this.#substituted.has(word))) return undefined;
    return condition.place(index);
  }
}

/** How the name of a place in a condition begins (`rule_loader.cpp`). */
function nameOf(condition: string): string {
  return `"${Buffer.from(condition.slice(0, NAMED), 'latin1')
    .toString()
    .replace(/[\r\n]/g, ' ')
    .replace(/\ufffd+$/, '')}`;
}

function offsetOf(text: string, byteOffset: number): number {
  return Buffer.from(text).subarray(0, byteOffset).toString().length;
}

function scalarAt(text: string, offset: number): Scalar | undefined {
  const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false });
  let found: Scalar | undefined;
  for (const document of 'empty' in documents ? [] : documents) {
    visit(document, {
      Scalar(_key, node) {
        if (!isScalar(node) || node.range?.[0] !== offset) return undefined;
        found = node;
        return visit.BREAK;
      },
    });
  }
  return found;
}
