import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import type { PluginFile } from '../../plugins/directories.ts';
import type { PluginState } from '../../plugins/plugin-host.ts';
import { deleteCondition, setCondition, timestamp } from '../conditions.ts';
import type { Installation } from './record.ts';
import { shownRequests } from './requests.ts';
import { revisionOf } from './resolve.ts';

const mostExports = 200;
const longestExport = 200;
const longestMessage = 32_768;

/** Writes down which module is installed. */
export function showModule(object: Plugin, installed: Installation, module: PluginFile): void {
  const { manifest } = module;
  object.status = {
    ...object.status,
    digest: installed.digest,
    revision: revisionOf({ digest: installed.image, ...(installed.tag ? { tag: installed.tag } : {}) }),
    version: manifest.version,
    contract: manifest.contract,
    size: module.size,
    exports: module.exports.filter(({ length }) => length <= longestExport).slice(0, mostExports),
    provides: manifest.provides.map(({ kind, type }) => ({ kind, type })),
    requests: shownRequests(manifest),
  };
}

/** Writes down how the plugin does. */
export function showState(object: Plugin, state: PluginState, redact: (text: string) => string): void {
  const { calls, failures, lastFailure } = state;
  object.status = { ...object.status, calls, failures };
  if (lastFailure) {
    const { at, code, message } = lastFailure;
    object.status.lastError = {
      time: timestamp(at),
      message: redact(message).slice(0, longestMessage),
      ...(code ? { code } : {}),
    };
  }
  showCircuits(object, state);
}

/** A circuit that is open is no failure of the installation: the plugin may do well for all others. */
function showCircuits(object: Plugin, { circuits }: PluginState): void {
  const [first] = circuits;
  if (!first) {
    deleteCondition(object, 'CircuitOpen');
    return;
  }
  const names = circuits.map(
    ({ namespace, retryAt }) => `${namespace} (until ${timestamp(new Date(retryAt))})`,
  );
  const shown = names.slice(0, 10).join(', ');
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  setCondition(object, {
    type: 'CircuitOpen',
    status: 'True',
    reason: 'PluginBroken',
    message: `not called for namespace ${shown}${more}: it broke down ${first.failures} times in a row, the last time: ${first.last}`,
  });
}
