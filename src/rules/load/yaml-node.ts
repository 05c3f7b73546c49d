import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { fail } from '../diagnostic.js';
import type { LocatedText } from '../text/located-text.js';
import type { Place, SourceText } from '../text/source-text.js';
import { locateScalar } from '../text/yaml-scalar.js';
import { parseYamlBoolean } from './yaml-boolean.js';

/** A node of a rules file with what Falco's reader asks of it; what it cannot give is an error at its place. */
export class YamlNode {
  private readonly node: Node | null;

  constructor(
    node: Node | null,
    private readonly aliases: ReadonlyMap<Alias, Node>,
    private readonly source: SourceText,
    /** Where the node is, for a node that is not there: the key it should follow. */
    private readonly fallback: number,
  ) {
    this.node = isAlias(node) ? (aliases.get(node) ?? null) : node;
    if (isAlias(node) && this.node === null) {
      fail(
        'LOAD_ERR_YAML_PARSE',
        `no anchor &${node.source} stands before this`,
        source.at(node.range?.[0] ?? fallback),
      );
    }
  }

  get place(): Place {
    return this.source.at(this.node?.range?.[0] ?? this.fallback);
  }

  get isNull(): boolean {
    if (this.node === null) return true;
    return isScalar(this.node) && this.node.type === 'PLAIN' && /^(~|null|Null|NULL|)$/.test(String(this.node.value));
  }

  get isScalar(): boolean {
    return isScalar(this.node);
  }

  get isMapping(): boolean {
    return isMap(this.node);
  }

  /** The text of a scalar, "" for any other node. */
  get text(): string {
    return isScalar(this.node) ? String(this.node.value) : '';
  }

  /** The text of a scalar with the place of each character. */
  get located(): LocatedText {
    return locateScalar(this.node as Scalar, this.source);
  }

  /** The elements of a sequence; undefined for any other node. */
  get elements(): YamlNode[] | undefined {
    return isSeq(this.node) ? this.node.items.map((item) => this.child(item as Node | null)) : undefined;
  }

  /** The keys and values of a mapping, in order. */
  get entries(): { key: YamlNode; value: YamlNode }[] {
    if (!isMap(this.node)) return [];
    return this.node.items.map(({ key, value }) => {
      const keyNode = this.child(key as Node | null);
      return { key: keyNode, value: this.child(value as Node | null, keyNode.place.offset) };
    });
  }

  /** The value of a key. Of a key given twice the first counts, as in yaml-cpp. */
  get(key: string): YamlNode | undefined {
    return this.entries.find((entry) => entry.key.text === key)?.value;
  }

  /** The value of a key that must be there: a scalar with something in it. */
  required(key: string): YamlNode {
    const value = this.get(key);
    if (!value) fail('LOAD_ERR_YAML_VALIDATE', `the key '${key}' is missing here`, this.place);
    if (value.isNull) fail('LOAD_ERR_YAML_VALIDATE', `the key '${key}' has no value`, value.place);
    if (!value.isScalar) fail('LOAD_ERR_YAML_VALIDATE', `the value of '${key}' must be a single text`, value.place);
    if (value.text === '') fail('LOAD_ERR_YAML_VALIDATE', `the value of '${key}' must not be empty`, value.place);
    return value;
  }

  /** As {@link required}, but the key may be absent. */
  optional(key: string): YamlNode | undefined {
    return this.get(key) ? this.required(key) : undefined;
  }

  /** The boolean value of a key; undefined when the key is absent. */
  flag(key: string): boolean | undefined {
    const value = this.optional(key);
    if (!value) return undefined;
    const known = parseYamlBoolean(value.text);
    if (known === undefined) {
      fail('LOAD_ERR_YAML_VALIDATE', `'${key}' must be true or false, not ${value.text}`, value.place);
    }
    return known;
  }

  /** Checks that the value of a key, when it is there, is a whole number. */
  checkWholeNumber(key: string): void {
    const value = this.optional(key);
    if (value && !/^(\d+|0x[0-9a-fA-F]+)$/.test(value.text)) {
      fail('LOAD_ERR_YAML_VALIDATE', `'${key}' must be a whole number, not ${value.text}`, value.place);
    }
  }

  /** The scalars of the sequence under a key; undefined when the key is absent. */
  texts(key: string): YamlNode[] | undefined {
    const value = this.get(key);
    if (!value) return undefined;
    const elements = value.elements;
    if (!elements) fail('LOAD_ERR_YAML_VALIDATE', `the value of '${key}' must be a list`, value.place);
    for (const element of elements) {
      if (!element.isScalar || element.isNull) {
        fail('LOAD_ERR_YAML_VALIDATE', `every element of '${key}' must be a single text`, element.place);
      }
    }
    return elements;
  }

  private child(node: Node | null, fallback = this.place.offset): YamlNode {
    return new YamlNode(node, this.aliases, this.source, fallback);
  }
}
