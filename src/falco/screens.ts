import type { FieldValue, RuleSet, Screened, Screening } from '../rules/event-batch.js';
import type { NativeBatch, NativePlugin, NativeScreen } from './addon.js';
import type { FieldRequests } from './field-requests.js';

/**
 * Fields that take more values than this are seldom worth a judgement: most of their values never come back, and the events
 * that have them are left to the rules.
 */
const MOST_JUDGED = 1024;

/** The addon's screens, one for each screening. */
export class Screens {
  readonly #known = new WeakMap<Screening, Screen>();

  constructor(
    private readonly native: NativePlugin,
    private readonly requests: FieldRequests,
  ) {}

  get(screening: Screening): Screen {
    const known = this.#known.get(screening);
    if (known) return known;
    const screen = new Screen(screening, this.native, this.requests);
    this.#known.set(screening, screen);
    return screen;
  }
}

/** A screening on its way through batches: it tells the addon what new values rule out, for the batches that follow. */
class Screen {
  readonly #native: NativeScreen;
  readonly #indexes: readonly number[];
  /** For each field the values that it had, and how many of them are judged. */
  readonly #judged: { values: readonly FieldValue[]; count: number }[];

  constructor(
    private readonly screening: Screening,
    private readonly plugin: NativePlugin,
    private readonly requests: FieldRequests,
  ) {
    const { ruleCount, requests: fields } = screening;
    this.#indexes = fields.map((field) => requests.index(field));
    this.#judged = fields.map(() => ({ values: [], count: 0 }));
    const readers = concat(fields.map((_, field) => screening.readers(field)));
    const absent = concat(fields.map((_, field) => screening.possible(field, undefined)));
    this.#native = plugin.newScreen(ruleCount, Uint32Array.from(this.#indexes), readers, absent);
  }

  extract(batch: NativeBatch): Screened {
    const { columns: native, masks } = batch.extractScreened(this.#native);
    const columns = native.map((column, field) => this.requests.column(this.#indexes[field] as number, column));
    for (const [field, { values }] of columns.entries()) this.#judge(field, values);
    return { columns, candidates: (rule) => masks[rule] };
  }

  #judge(field: number, values: readonly FieldValue[]): void {
    const judged = this.#judged[field] as { values: readonly FieldValue[]; count: number };
    if (judged.values !== values) {
      judged.values = values;
      judged.count = 1; // absence is judged from the beginning
    }
    const fresh = values.slice(judged.count, MOST_JUDGED);
    if (fresh.length === 0) return;
    judged.count += fresh.length;
    const sets = concat(fresh.map((value) => this.screening.possible(field, value)));
    this.plugin.judge(this.#native, field, sets);
  }
}

function concat(sets: readonly RuleSet[]): RuleSet {
  const length = sets[0]?.length ?? 0;
  const all = new Uint32Array(sets.length * length);
  sets.forEach((set, i) => {
    all.set(set, i * length);
  });
  return all;
}
