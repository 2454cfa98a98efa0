import { join } from 'node:path';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { type OpenPlugin, openPlugin, type Respond, type RunResult } from '@flux-host/sdk/testing';

/** What the vectors call `http://SERVER`. */
export const server = 'http://server.example.com:8080';

/** The name of a commit status that upstream's tests use. */
export const commitStatus = 'kustomization/gitops-system/0c9c2e41';

/** Settings of a Provider as the vectors have them, with what a Secret would hold among them. */
export interface Config {
  readonly address?: string;
  readonly channel?: string;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly commitStatus?: string;
  readonly providerUID?: string;
  readonly serviceAccountName?: string;
  readonly secretData?: Readonly<Record<string, string>>;
}

export interface Delivery {
  readonly type: string;
  readonly config: Config;
  readonly event: FluxEvent;
  readonly respond?: Respond;
  /** Reaches servers on this machine instead of recording. */
  readonly live?: boolean;
}

/** The built plugins in their sandbox, one after the other. */
export interface Notifiers {
  deliver(delivery: Delivery): Promise<RunResult>;
  close(): Promise<void>;
}

/** @param dir folder of the built plugins */
export function openNotifiers(dir: string): Notifiers {
  let current: { readonly type: string; readonly plugin: OpenPlugin } | undefined;
  const close = async () => {
    await current?.plugin.close();
    current = undefined;
  };
  const pluginFor = async (type: string) => {
    if (current?.type !== type) {
      await close();
      current = { type, plugin: await openPlugin(join(dir, `notifier-${type}.wasm`)) };
    }
    return current.plugin;
  };
  return {
    async deliver({ type, config, event, respond, live = false }) {
      const plugin = await pluginFor(type);
      return plugin.run({
        request: requestOf(type, config, event),
        secret: secretOf(config),
        live,
        ...(respond ? { respond } : {}),
      });
    },
    close,
  };
}

function requestOf(type: string, config: Config, event: FluxEvent): Record<string, unknown> {
  const { address, channel, username, providerUID, serviceAccountName, commitStatus: status } = config;
  return {
    event,
    provider: {
      namespace: 'flux-system',
      name: 'provider',
      type,
      ...(providerUID ? { uid: providerUID } : {}),
      ...(address ? { address: address.replace('http://SERVER', server) } : {}),
      ...(channel ? { channel } : {}),
      ...(username ? { username } : {}),
      ...(serviceAccountName ? { serviceAccountName } : {}),
    },
    alert: { namespace: 'flux-system', name: 'alert', uid: '7d3a9c1e-2b7f-4e0c-9d55-5f1f6f0f2a10' },
    ...(status ? { commitStatus: status } : {}),
  };
}

function secretOf({ token, username, password, headers, secretData }: Config): Record<string, string> {
  return {
    ...(token ? { token } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    // JSON is YAML.
    ...(headers ? { headers: JSON.stringify(headers) } : {}),
    ...secretData,
  };
}
