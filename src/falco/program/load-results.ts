import { DocktapeError } from '../../errors.js';

/** Falco's verdict on rules files: the `falco_load_results` of `falco -V` with `json_output`, one a file. */
export interface LoadResult {
  /** The path of the file. */
  readonly name: string;
  readonly errors: readonly LoadRemark[];
  readonly warnings: readonly LoadRemark[];
}

export interface LoadRemark {
  readonly code: string;
  readonly message: string;
  readonly context: { readonly locations: readonly LoadLocation[] };
}

/** From the whole file inwards. */
export interface LoadLocation {
  /** Such as `rule` or `rule condition`. */
  readonly item_type: string;
  readonly item_name: string;
  readonly position: {
    /** The file's path; of a `condition expression`, the beginning of the condition in quotes. */
    readonly name: string;
    /** In bytes, from 0; of a `condition expression`, how far it is into the condition added to where that begins. */
    readonly offset: number;
  };
}

/** What `-L` says of a rule. */
export interface DescribedRule {
  readonly info: { readonly name: string };
  readonly details: {
    /**
     * The names of the output's fields, and what `append_output` adds: of each of its fields `%` and the name, and the format of
     * each of its texts.
     */
    readonly output_fields: readonly string[];
    /** The formats of these texts, by name. */
    readonly extra_output_formatted_fields?: Readonly<Record<string, string>>;
  };
}

/** What `falco -V`, with `-L` besides, prints. */
export interface Verdict {
  readonly falco_load_results: readonly LoadResult[];
  /** Only with `-L`, and of rules without errors. */
  readonly falco_describe_results?: { readonly rules: readonly DescribedRule[] };
}

/**
 * Finds the verdict in what Falco printed; undefined when there is none.
 *
 * @throws DocktapeError `FALCO` for a verdict of another form
 */
export function readVerdict(output: string): Verdict | undefined {
  const line = output.split('\n').find((text) => text.startsWith('{') && text.includes('"falco_load_results"'));
  if (line === undefined) return undefined;
  try {
    return checked(JSON.parse(line));
  } catch (cause) {
    throw new DocktapeError('FALCO', 'Falco describes rules in a form that docktape does not know', { cause });
  }
}

/** Reads what will be read, so that a surprise comes here. */
function checked(verdict: Verdict): Verdict {
  for (const { name, errors, warnings } of verdict.falco_load_results) {
    needs(typeof name === 'string');
    for (const { code, message, context } of [...errors, ...warnings]) {
      needs(typeof code === 'string' && typeof message === 'string');
      for (const { item_type, position } of context.locations) {
        needs(typeof item_type === 'string' && typeof position.name === 'string' && Number.isInteger(position.offset));
      }
    }
  }
  for (const { info, details } of verdict.falco_describe_results?.rules ?? []) {
    needs(typeof info.name === 'string' && Array.isArray(details.output_fields));
  }
  return verdict;
}

function needs(holds: boolean): asserts holds {
  if (!holds) throw new TypeError('a member is missing');
}
