import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

export function noSuchPlugin(what: string, installed: readonly string[]): FluxError {
  return new FluxError('FLUX_E_PLUGIN_MISSING', `no plugin ${what} is installed`, {
    reason: 'PluginNotFound',
    hint: `installed are: ${installed.join(', ') || 'none'}; a Plugin object installs another one (see --plugins-dir too)`,
  });
}

export function badPluginFile(file: string, cause: unknown): FluxError {
  const text = cause instanceof FluxError ? cause.text : errorText(cause);
  return new FluxError('FLUX_E_PLUGIN_LOAD', `plugin file ${file} cannot be used: ${text}`, { cause });
}

/** The file is not what it was when the host took a look at it. */
export const pluginFileChanged = (file: string, name: string) =>
  new FluxError('FLUX_E_PLUGIN_LOAD', `the file ${file} of plugin ${name} was changed while the host runs`, {
    hint: 'restart the host to use the new file, or install the plugin with a Plugin object, which is replaced while the host runs',
  });

export const namespaceNotAllowed = (plugin: string, namespace: string) =>
  new FluxError('FLUX_E_PLUGIN_NAMESPACE', `namespace ${namespace} may not use plugin ${plugin}`, {
    reason: 'AccessDenied',
    hint: `an administrator can add the namespace to spec.grants.namespaces of Plugin ${plugin}`,
  });

export const pluginSuspended = (plugin: string) =>
  new FluxError('FLUX_E_PLUGIN_SUSPENDED', `plugin ${plugin} is suspended`, {
    reason: 'PluginSuspended',
    hint: `set spec.suspend of Plugin ${plugin} to false`,
  });

/** The plugin of this use was there before, and is not at present. */
export const pluginUnavailable = (plugin: string) =>
  new FluxError(
    'FLUX_E_PLUGIN_UNAVAILABLE',
    `plugin ${plugin} is installed, but its module is not here at present`,
    {
      reason: 'PluginUnavailable',
      hint: `see the conditions of Plugin ${plugin}`,
    },
  );

export const invalidConfig = (plugin: string, problems: readonly string[]) =>
  new FluxError(
    'FLUX_E_PLUGIN_CONFIG',
    `the config for plugin ${plugin} is not valid: ${problems.join('; ')}`,
    {
      reason: 'InvalidConfig',
      terminal: true,
      hint: 'the schema of the config is part of the plugin: see its documentation',
    },
  );

/** The schema itself, which the plugin's author wrote, cannot be used. */
export const invalidSchema = (what: string) =>
  new FluxError(
    'FLUX_E_PLUGIN_MANIFEST',
    `the plugin's manifest is not valid: the schema of its config ${what}`,
    {
      hint: 'a JSON schema refers to nothing outside of itself and has no expressions that take long',
      terminal: true,
    },
  );

export const badCredential = (plugin: string, what: string) =>
  new FluxError('FLUX_E_PLUGIN_CREDENTIAL', `a credential for plugin ${plugin} cannot be sent: ${what}`, {
    reason: 'AuthenticationFailed',
    hint: 'correct the value in the Secret',
  });

export const noIdentity = (plugin: string, cloud: string) =>
  new FluxError(
    'FLUX_E_PLUGIN_IDENTITY',
    `plugin ${plugin} wants an identity of ${cloud}, and this host has none to give`,
    {
      reason: 'AuthenticationFailed',
      hint: 'use a Secret instead of a cloud identity',
    },
  );

export const tooManyWaiting = (plugin: string, waiting: number) =>
  new FluxError('FLUX_E_PLUGIN_BUSY', `${waiting} calls of plugin ${plugin} are waiting already`, {
    hint: `raise spec.grants.concurrency of Plugin ${plugin}`,
    retryAfterMs: 5_000,
  });

/** The circuit is open. */
export function pluginBroken(
  plugin: string,
  state: { namespace: string; failures: number; last: string; retryAt: number; now: number },
): FluxError {
  const at = new Date(state.retryAt).toISOString();
  return new FluxError(
    'FLUX_E_PLUGIN_BROKEN',
    `plugin ${plugin} is not called for namespace ${state.namespace} until ${at}: it broke down ${state.failures} times in a row, the last time: ${state.last}`,
    {
      reason: 'PluginBroken',
      retryAfterMs: Math.max(1000, state.retryAt - state.now),
      hint: 'it is tried again by itself then; what it is given may be too much for it, or it has a fault that its author should know of',
    },
  );
}
