/** What a check came to. */
export type Outcome =
  | { readonly status: 'ok'; readonly found: string; readonly advice?: string }
  | { readonly status: 'problem'; readonly found: string; readonly advice: string }
  | { readonly status: 'not checked'; readonly found: string; readonly advice?: string };

/** As it should be. `advice` is what may be worth knowing nevertheless. */
export function ok(found: string, advice?: string): Outcome {
  return { status: 'ok', found, ...(advice !== undefined && { advice }) };
}

/** Something that is needed is broken. `advice` says how to mend it. */
export function problem(found: string, advice: string): Outcome {
  return { status: 'problem', found, advice };
}

/** There is nothing here that could be checked, for the reason that is given. That counts as well. */
export function notChecked(found: string, advice?: string): Outcome {
  return { status: 'not checked', found, ...(advice !== undefined && { advice }) };
}
