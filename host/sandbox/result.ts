import { badOutput, invalidAbi, ofHostFailure, outOfMemory, pluginFailed, trapped } from './errors.ts';
import { failureOf } from './failure.ts';
import { visibleText } from './plugin-text.ts';
import type { Outcome } from './protocol.ts';
import type { LoadedPlugin } from './types.ts';

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
      throw outOfMemory(plugin, visibleText(outcome.message));
    case 'abi':
      throw invalidAbi(plugin.manifest.name, `broke the plugin ABI: ${outcome.message}`);
    case 'output-size':
      throw badOutput(plugin, outcome.message);
    default:
      throw trapped(plugin, visibleText(outcome.message));
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
