import type { ByteString } from '../event-batch.js';
import type { Operand } from '../language/ast.js';
import type { Operator, Transformer } from '../language/operators.js';

// Falco's library hands texts on with a length, and some of its parts go by that while others end a text at a NUL, as C
// does. Plugins give texts without NULs; it is transformers that make the difference visible.

const TERMINATING: ReadonlySet<Transformer> = new Set(['tolower', 'toupper', 'b64', 'basename']);

/** Operators that go by a text's length; to the others it ends at a NUL. */
const BY_LENGTH: ReadonlySet<Operator> = new Set(['regex', 'in', 'intersects', 'pmatch']);

/**
 * Whether a NUL stays at the end of the operand's texts and counts in their length. The members of lists are compared by
 * length, so such a text is never among texts without one.
 */
export function isTerminated(operand: Operand): boolean {
  return operand.kind === 'transformer' && TERMINATING.has(operand.name);
}

/** Whether the operator sees only what stands before the first NUL of the operand's text. Only b64() makes NULs within one. */
export function endsAtNul(operand: Operand, operator: Operator): boolean {
  return !BY_LENGTH.has(operator) && decodes(operand);
}

/** A text up to its first NUL. */
export function endAtNul(text: ByteString): ByteString {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function decodes(operand: Operand): boolean {
  return operand.kind === 'transformer' && (operand.name === 'b64' || operand.args.some(decodes));
}
