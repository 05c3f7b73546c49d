import { type Setting, words } from './unit-text.js';

/** What `%u` and its like stand for in units of the system: systemd.unit(5), "Specifiers". */
const SPECIFIERS: Readonly<Record<string, string>> = {
  '%': '%',
  u: 'root',
  U: '0',
  g: 'root',
  G: '0',
  h: '/root',
  t: '/run',
  S: '/var/lib',
  C: '/var/cache',
  L: '/var/log',
  E: '/etc',
  T: '/tmp',
  V: '/var/tmp',
};

const YES: ReadonlySet<string> = new Set(['1', 'yes', 'y', 'true', 't', 'on']);
const NO: ReadonlySet<string> = new Set(['0', 'no', 'n', 'false', 'f', 'off']);

/** Whether systemd takes a word for a yes. */
export function isYes(value: string): boolean {
  return YES.has(value.toLowerCase());
}

/** A unit with its drop-ins, and the settings of its service as systemd takes them. */
export class Unit {
  constructor(
    readonly name: string,
    /** Whether it is started with the system, or runs now. */
    readonly isInUse: boolean,
    private readonly settings: readonly Setting[],
  ) {}

  /** The value of a setting that has one: the last assignment counts, an empty one is as none. */
  value(key: string): string | undefined {
    const value = this.#values(key).at(-1);
    return value === '' ? undefined : value;
  }

  isYes(key: string): boolean {
    return isYes(this.choice(key) ?? '');
  }

  /** The last value of a setting that is yes, no or one of `others`: systemd passes over what it does not know, `KEY=` as well. */
  choice(key: string, others: readonly string[] = []): string | undefined {
    return this.#values(key).findLast((value) => {
      return isYes(value) || NO.has(value.toLowerCase()) || others.includes(value);
    });
  }

  /** The assignments of a setting that can be repeated; an empty one takes back those before it. */
  values(key: string): string[] {
    const values = this.#values(key);
    return values.slice(values.lastIndexOf('') + 1);
  }

  /** The words of a setting that is a list. */
  words(key: string): string[] {
    return this.values(key).flatMap(words);
  }

  #values(key: string): string[] {
    return this.settings
      .filter((setting) => setting.section === 'Service' && setting.key === key)
      .map(({ value }) => value.replace(/%(.)/g, (whole, letter: string) => this.#specifier(letter) ?? whole));
  }

  #specifier(letter: string): string | undefined {
    return letter === 'n' || letter === 'N' ? this.name : SPECIFIERS[letter];
  }
}
