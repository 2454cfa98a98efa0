import { examples } from '@flux-host/sdk/contract/examples/index.ts';
import { PluginFailure } from '@flux-host/sdk/contract/failure.ts';
import { type HostFunction, hostFunctions } from '@flux-host/sdk/contract/host-functions.ts';
import { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { notifierTraits } from '@flux-host/sdk/contract/notifier.ts';
import { type Operation, operations } from '@flux-host/sdk/contract/operations.ts';
import { code, table } from './markdown.ts';

type Schema = Readonly<Record<string, unknown>>;

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schemas(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function typeOf(schema: Schema): string {
  if ('const' in schema) return code(JSON.stringify(schema['const']));
  const choices = schemas(schema['anyOf']);
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(' or ');
  if (schema['type'] === 'array' && isSchema(schema['items'])) return `list of ${typeOf(schema['items'])}`;
  const values = Object.values(isSchema(schema['patternProperties']) ? schema['patternProperties'] : {}).find(
    isSchema,
  );
  if (values) return `map of ${typeOf(values)}`;
  return typeof schema['type'] === 'string' ? schema['type'] : 'anything';
}

/** A row for each field, nested ones by their path. */
function rows(schema: unknown, path = ''): string[][] {
  if (!isSchema(schema)) return [];
  if (schema['type'] === 'array' && isSchema(schema['items'])) return rows(schema['items'], `${path}[]`);
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([name, below]) => {
    if (!isSchema(below)) return [];
    const field = path === '' ? name : `${path}.${name}`;
    const about = typeof below['description'] === 'string' ? below['description'] : '';
    const optional = required.includes(name) ? '' : 'optional';
    return [[code(field), typeOf(below), optional, about], ...rows(below, field)];
  });
}

function fields(schema: unknown): string {
  return table(['Field', 'Type', '', 'Meaning'], rows(schema));
}

/** Request and response of one operation; an answer with alternatives gets a table for each. */
function operationText(name: string, { request, response, about }: Operation): string {
  const answers = isSchema(response) ? schemas(response['anyOf']) : [];
  const alternatives = answers.length > 0 ? answers : [response];
  const answer = alternatives.map((schema, index) =>
    index === 0 ? fields(schema) : `or\n\n${fields(schema)}`,
  );
  return [`#### ${name}`, `${about}.`, 'Request:', fields(request), 'Answer:', ...answer].join('\n\n');
}

/** The messages of every kind. */
export function messageTables(): string {
  return Object.entries(operations)
    .map(([kind, byName]) =>
      [
        `### Kind ${kind}`,
        ...Object.entries<Operation>(byName).map(([name, operation]) => operationText(name, operation)),
      ].join('\n\n'),
    )
    .concat(['### Failure', 'What every operation may answer instead.', fields(PluginFailure)])
    .join('\n\n');
}

/** The fields of a plugin's manifest. */
export const manifestFields = (): string => fields(PluginManifest);

/** The golden examples, as JSON. */
export function exampleList(): string {
  return Object.values(examples)
    .flat()
    .map(({ kind, operation, shows, request, response, failure }) => {
      const answer = failure ? { failure } : { response };
      const json = JSON.stringify({ request, ...answer }, null, 2);
      return `**${kind} ${operation}**: ${shows}\n\n\`\`\`json\n${json}\n\`\`\``;
    })
    .join('\n\n');
}

/** What a module may import from the host. */
export function hostFunctionTable(): string {
  return table(
    ['Function', 'Parameters (i32)', 'Returns', 'Capability', 'Meaning'],
    Object.entries<HostFunction>(hostFunctions).map(
      ([name, { parameters, returns, capability, description }]) => [
        code(name),
        parameters.join(', '),
        returns ?? '',
        capability ?? '',
        description,
      ],
    ),
  );
}

/** What a notifier may say about itself. */
export function notifierTraitTable(): string {
  return table(
    ['Trait', 'Meaning'],
    Object.entries(notifierTraits).map(([name, about]) => [code(name), about]),
  );
}
