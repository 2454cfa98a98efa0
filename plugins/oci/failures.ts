import { PluginError } from '@flux-host/sdk/typescript';
import type { Wanted } from './wanted.ts';

/** The registry has no such thing, or does not give it. */
export const pullFailed = (what: string, cause?: unknown): PluginError =>
  new PluginError(what, { reason: 'OCIArtifactPullFailed', cause });

/** What the registry gave cannot be used. */
export const layerFailed = (what: string, cause?: unknown, hint?: string): PluginError =>
  new PluginError(what, {
    reason: 'OCIArtifactLayerOperationFailed',
    cause,
    ...(hint === undefined ? {} : { hint }),
  });

/** No tag can be chosen. */
export const tagUndetermined = ({ url }: Wanted, cause: unknown): PluginError =>
  new PluginError(`failed to determine the artifact tag for '${url}'`, {
    reason: 'ReadOperationFailed',
    cause,
  });
