import type { ErrorObject } from 'ajv/dist/2020.js';
import { didYouMean, nearestName } from '../../rules/nearest-name.js';
import type { Place } from '../../rules/text/source-text.js';
import { type LocatedNode, plainData } from './located-node.js';
import type { Problems } from './problems.js';
import { schemaErrors } from './schema.js';

/** Reports where a suite is not as its schema says, in sentences that need no knowledge of schemas. */
export function checkSchema(suite: LocatedNode, problems: Problems): void {
  const errors = withoutBranches(schemaErrors(plainData(suite)));
  const misspelt = new Set(errors.filter(isMisspelt).map(({ instancePath }) => instancePath));
  for (const error of errors) {
    // A key that is misspelt is missing as well: one problem, one message.
    if (isAboutAbsence(error) && misspelt.has(error.instancePath)) continue;
    problems.report(messageOf(error, suite), placeOf(error, suite));
  }
}

/** Without what each branch of an `anyOf` lacks: the `anyOf` has a message of its own. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => `${schemaPath}/`);
  return errors.filter(({ schemaPath }) => !choices.some((choice) => schemaPath.startsWith(choice)));
}

function isAboutAbsence({ keyword }: ErrorObject): boolean {
  return keyword === 'required' || keyword === 'anyOf';
}

function isMisspelt(error: ErrorObject): boolean {
  return error.keyword === 'additionalProperties' && nearestName(unknownKey(error), knownKeys(error)) !== undefined;
}

function messageOf(error: ErrorObject, suite: LocatedNode): string {
  const { keyword, params, parentSchema } = error;
  if (keyword === 'additionalProperties') {
    const known = knownKeys(error);
    const key = unknownKey(error);
    return `unknown key '${key}'${didYouMean(key, known)}; ${parentSchema?.title} has ${known.join(', ')}`;
  }
  if (keyword === 'required' && dependsOn(error) === undefined) {
    return `${parentSchema?.title} needs the key '${params.missingProperty}'`;
  }
  return `${parentSchema?.errorMessage}${quotesHint(error, suite)}`;
}

/** What to do about a number or boolean that was meant to be a text. */
function quotesHint({ keyword, parentSchema, instancePath }: ErrorObject, suite: LocatedNode): string {
  const node = follow(suite, instancePath);
  if (keyword !== 'type' || parentSchema?.type !== 'string' || node.kind !== 'scalar' || node.value === null) return '';
  return `: put quotes around ${node.text}`;
}

function placeOf(error: ErrorObject, suite: LocatedNode): Place {
  const { instancePath, keyword } = error;
  if (keyword === 'additionalProperties') return keyPlace(follow(suite, instancePath), unknownKey(error));
  const dependent = dependsOn(error);
  if (keyword === 'required' && dependent !== undefined) return keyPlace(follow(suite, instancePath), dependent);
  // A key that may not be there is wrong whatever its value is.
  if (keyword === 'not') {
    const slash = instancePath.lastIndexOf('/');
    return keyPlace(follow(suite, instancePath.slice(0, slash)), instancePath.slice(slash + 1));
  }
  return follow(suite, instancePath).place;
}

/** The key whose presence asks for what is missing. */
function dependsOn({ schemaPath }: ErrorObject): string | undefined {
  return /\/dependentSchemas\/([^/]+)\/required$/.exec(schemaPath)?.[1];
}

function unknownKey({ params }: ErrorObject): string {
  return params.additionalProperty as string;
}

function knownKeys({ parentSchema }: ErrorObject): string[] {
  return Object.keys((parentSchema?.properties ?? {}) as object);
}

function keyPlace(node: LocatedNode, key: string): Place {
  const entry = node.kind === 'map' ? node.entries.get(key) : undefined;
  return entry?.key ?? node.place;
}

/** The node that a JSON pointer leads to. */
function follow(root: LocatedNode, pointer: string): LocatedNode {
  let node: LocatedNode | undefined = root;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (node?.kind === 'map') node = node.entries.get(name)?.value;
    else if (node?.kind === 'list') node = node.items[Number(name)];
  }
  if (!node) throw new Error(`the schema speaks of ${pointer}, which the suite does not have`);
  return node;
}
