import { PluginFailure } from '@flux-host/sdk/contract/failure.ts';
import Value from 'typebox/value';
import { badOutput, invalidAbi, ofHostFailure, outOfMemory, pluginFailed, trapped } from './errors.ts';
import type { Outcome } from './protocol.ts';
import type { LoadedPlugin } from './types.ts';

const longestMessage = 32 * 1024;

/**
 * The answer of a call as a value; undefined when the plugin had nothing to say.
 * @throws FluxError for everything else that can come of a call
 */
export function outputOf(plugin: LoadedPlugin, outcome: Outcome): unknown {
  switch (outcome.kind) {
    case 'output':
      return parse(plugin, outcome.output);
    case 'failure':
      throw pluginFailed(failureOf(outcome.text));
    case 'host':
      throw ofHostFailure(outcome.failure);
    case 'memory':
      throw outOfMemory(plugin, outcome.message);
    case 'abi':
      throw invalidAbi(plugin.manifest.name, `broke the plugin ABI: ${outcome.message}`);
    case 'output-size':
      throw badOutput(plugin, outcome.message);
    default:
      throw trapped(plugin, outcome.message);
  }
}

function parse(plugin: LoadedPlugin, output: Uint8Array): unknown {
  if (output.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(output));
  } catch (error) {
    throw badOutput(plugin, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A plugin reports JSON of the contract, or, when made with Extism's own PDKs, a sentence. */
function failureOf(text: string): PluginFailure {
  try {
    const value: unknown = JSON.parse(text);
    if (Value.Check(PluginFailure, value))
      return { ...value, message: value.message.slice(0, longestMessage) };
  } catch {
    // Plain text.
  }
  return { message: text.trim().slice(0, longestMessage) || 'the plugin failed without saying why' };
}
