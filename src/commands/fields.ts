import { Command } from 'commander';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import type { FieldInfo } from '../rules/field-info.js';
import { LineOutput } from './output.js';

interface FieldsOptions {
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** `docktape fields`: what rules can ask about a Docker event, as `libdocker.so` declares it. */
export function fieldsCommand(): Command {
  return new Command('fields')
    .description('List the fields that rules can use on Docker events.')
    .option('--markdown', 'as a Markdown table')
    .option('--json', 'as JSON, as the plugin declares them to Falco')
    .action(async (options: FieldsOptions) => {
      await withDockerPlugin({}, async ({ fields }) => {
        const output = new LineOutput();
        for (const line of render(fields, options)) output.line(line);
        await output.flush();
      });
    });
}

function render(fields: readonly FieldInfo[], { markdown, json }: FieldsOptions): string[] {
  if (json) return [JSON.stringify(fields, undefined, 2)];
  return markdown ? markdownTable(fields) : textTable(fields);
}

function markdownTable(fields: readonly FieldInfo[]): string[] {
  const rows = fields.map(
    (field) => `| \`${field.name}\` | ${typeOf(field)} | ${argOf(field) || 'None'} | ${field.desc} |`,
  );
  return ['| Name | Type | Arg | Description |', '|---|---|---|---|', ...rows];
}

function textTable(fields: readonly FieldInfo[]): string[] {
  const rows = fields.map((field) => ({
    name: `${field.name}${argOf(field) && '[KEY]'}`,
    type: typeOf(field),
    desc: field.desc,
  }));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const typeWidth = Math.max(...rows.map(({ type }) => type.length));
  return rows.map(({ name, type, desc }) => `${name.padEnd(nameWidth)}  ${type.padEnd(typeWidth)}  ${desc}`);
}

function typeOf({ type, isList }: FieldInfo): string {
  return isList ? `${type} list` : type;
}

/** What the field's argument is, in the words of the plugin registry's tables; "" when it takes none. */
function argOf({ arg }: FieldInfo): string {
  if (!arg) return '';
  const kind = arg.isKey ? 'Key' : 'Index';
  return `${kind}, ${arg.isRequired ? 'Required' : 'Optional'}`;
}
