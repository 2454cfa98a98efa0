import { join } from 'node:path';
import { type OpenPlugin, openPlugin } from '@flux-host/sdk/testing';
import { root } from '../../scripts/paths.ts';

/** The helm plugin in the host's own sandbox. */
export const openHelmPlugin = (): Promise<OpenPlugin> => openPlugin(join(root, '.build/plugins/helm.wasm'));
