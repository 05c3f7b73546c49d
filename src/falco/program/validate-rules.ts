import type { Finding } from '../../rules/finding.js';
import { checkRules } from './check-rules.js';
import type { FalcoRules } from './falco-run.js';

/**
 * Falco's own verdict on rules (`falco -V`): its errors and warnings with their places, file by file. Other than the embedded
 * engine, Falco loads the files behind one with errors as well.
 *
 * @throws DocktapeError `FALCO` when Falco fails for another reason than the rules; the signal's reason
 */
export async function validateRules(rules: FalcoRules): Promise<readonly Finding[]> {
  const { findings } = await checkRules(rules);
  return findings;
}
