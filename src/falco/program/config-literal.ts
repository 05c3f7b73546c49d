import { DocktapeError } from '../../errors.js';

/**
 * A text as it must stand in a value of Falco's configuration to come out as it is. Falco replaces `${NAME}` by the
 * variable, makes `$${` a `${`, and stops looking at the first other `$` (`pre_process_env_vars` in its yaml_helper.h).
 *
 * @param what the text is, for the error
 * @throws DocktapeError `FALCO` for the one text that cannot be written: `$${…}`
 */
export function configLiteral(text: string, what: string): string {
  let literal = '';
  let rest = text;
  for (;;) {
    const [, before = '', found] = /^([^$]*)(\$\$?\{[^}]*\})/.exec(rest) ?? [];
    if (found === undefined) return literal + rest;
    if (found.startsWith('$$')) {
      throw new DocktapeError(
        'FALCO',
        `${what}: Falco would make \${ of the $\${ in '${text}': write it in another way`,
      );
    }
    // The first `$` goes, the search goes on behind the second.
    literal += `${before}$\${`;
    rest = rest.slice(before.length + 2);
  }
}
