const OWN_TYPE = 'docktape';

/** Strings, and what opens and closes objects and arrays. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;

/** What stands between a member's name and its value, when that is a string. */
const NAME_OF_STRING = /\s*:\s*"/y;

/**
 * Whether a payload is one of docktape's own events: whether any of its top-level members named `Type` says so. A JSON
 * parser sees one of several members of the same name, and not each parser the same one.
 *
 * @param payload the text of a JSON object
 */
export function isOwnEvent(payload: string): boolean {
  let depth = 0;
  let isTypeNext = false;
  for (const { 0: token, index } of payload.matchAll(TOKENS)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1) {
      const text = decoded(token);
      if (isTypeNext && text === OWN_TYPE) return true;
      NAME_OF_STRING.lastIndex = index + token.length;
      isTypeNext = text === 'Type' && NAME_OF_STRING.test(payload);
      continue;
    }
    isTypeNext = false;
  }
  return false;
}

/** What a JSON string says; nothing when it is none, as in a payload that is not JSON. */
function decoded(token: string): string | undefined {
  try {
    return JSON.parse(token) as string;
  } catch {
    return undefined;
  }
}
