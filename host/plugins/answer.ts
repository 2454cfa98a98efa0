import { operations } from '@flux-host/sdk/contract/operations.ts';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { badOutput } from '../sandbox/errors.ts';
import type { LoadedPlugin } from '../sandbox/types.ts';
import type { PluginUse } from './types.ts';

/** Kinds whose answers are used as they come; whoever calls the others reads what is in the answer for himself. */
const { source, notifier } = operations;
const responses: ReadonlyMap<string, TSchema> = new Map<string, TSchema>([
  ['source.resolve', source.resolve.response],
  ['source.fetch', source.fetch.response],
  ['source.verify', source.verify.response],
  ['notifier.notify', notifier.notify.response],
]);

/** Goes into the status of an object, which has to fit into a request to the API server. */
const mostMetadata = 64 * 1024;

/**
 * An answer as the contract says; nothing is as good as an empty one.
 * @throws FluxError FLUX_E_PLUGIN_OUTPUT that names the field
 */
export function checkAnswer(
  plugin: LoadedPlugin,
  { kind, operation }: Pick<PluginUse, 'kind' | 'operation'>,
  answer: unknown,
): void {
  const schema = responses.get(`${kind}.${operation}`);
  const value = answer ?? {};
  if (!schema) return;
  if (Value.Check(schema, value)) {
    checkMetadata(plugin, value);
    return;
  }
  const [problem] = Value.Errors(schema, value);
  const field = problem?.instancePath.slice(1).replaceAll('/', '.') || 'it';
  throw badOutput(plugin, `${field.slice(0, 100)} ${problem?.message ?? 'is not what the contract says'}`);
}

function checkMetadata(plugin: LoadedPlugin, answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || !('metadata' in answer)) return;
  const { length } = JSON.stringify(answer.metadata);
  if (length > mostMetadata) {
    throw badOutput(plugin, `metadata has ${length} characters, at most ${mostMetadata} are allowed`);
  }
}
