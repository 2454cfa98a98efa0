import { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import type { Invocation } from '../../command/types.ts';
import { fieldManager, waitReady } from '../../commands/create/upsert.ts';
import { notInstalled } from '../errors.ts';
import { fetchModule, fetchPlugin } from '../oci/artifact.ts';
import { withRegistry } from '../oci/client.ts';
import { checkModule } from '../wasm/check.ts';
import { requestRows } from '../wasm/describe.ts';
import { installCommand, type WasmCommandPlugin } from './command.ts';
import { newestOf } from './newest.ts';
import { agree } from './terms.ts';

/** Whether a new version asks for nothing that the present one was not given. */
export function asksForNoMore(before: PluginRequests, after: PluginRequests): boolean {
  const had = requestRows(before).map(([what, text]) => `${what}: ${text}`);
  return requestRows(after).every(([what, text]) => had.includes(`${what}: ${text}`));
}

/** Brings a command that was installed from a registry to the newest version there. */
export async function updateCommand(
  plugin: WasmCommandPlugin,
  isTaken: (name: string) => boolean,
  invocation: Invocation,
): Promise<void> {
  const { io, log, signal } = invocation;
  const { manifest: present, receipt } = plugin;
  if (!receipt?.source) return log.warning(`skipping ${present.name} (manually installed)`);
  const ref = parseReference(receipt.source);
  await withRegistry(ref, invocation, async (client) => {
    const remote = await fetchPlugin(await newestOf(ref, client, signal), client, signal);
    if (remote.module.digest === plugin.digest) {
      return log.success(`${present.name} already up to date (v${present.version})`);
    }
    const wasm = await fetchModule(remote, client, signal);
    const { manifest } = await checkModule(wasm);
    if (!asksForNoMore(present.requests, manifest.requests)) await agree(manifest, invocation);
    const source = `oci://${ref.registry}/${ref.name}:${remote.ref.tag}`;
    await installCommand(wasm, manifest, { env: io.env, source, isTaken });
    log.success(`updated ${present.name} v${present.version} → v${manifest.version}`);
  });
}

/**
 * Brings a Plugin of the cluster to the newest version in its registry. More than before is granted only when the user agrees.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INSTALL when there is none of that name
 */
export async function updateInCluster(name: string, invocation: Invocation): Promise<void> {
  const { log, signal } = invocation;
  const { client: kube } = await invocation.cluster();
  const object = await kube
    .get<Plugin>(Plugin, { namespace: '', name }, { signal })
    .catch((error: unknown) => {
      throw isKube(error, 'notFound') ? notInstalled(name) : error;
    });
  const { url, ref: wanted = {} } = object.spec.source;
  const ref = { ...parseReference(url), ...(wanted.tag && { tag: wanted.tag }) };
  await withRegistry(ref, invocation, async (client) => {
    const remote = await fetchPlugin(await newestOf(ref, client, signal), client, signal);
    const from = object.status?.version ?? wanted.tag ?? '';
    if (remote.module.digest === object.status?.digest) {
      return log.success(`${name} already up to date (v${from})`);
    }
    await fetchModule(remote, client, signal);
    const { requests } = remote.manifest;
    const granted: PluginRequests = object.spec.grants ?? {};
    const wantsMore = !asksForNoMore(granted, requests);
    if (wantsMore) await agree(remote.manifest, invocation);
    const { tag } = remote.ref;
    const reference = { ...(tag && { tag }), ...(wanted.digest && { digest: remote.digest }) };
    const patch = { spec: { source: { ref: reference }, ...(wantsMore && { grants: { ...requests } }) } };
    await kube.patch(Plugin, { namespace: '', name }, patch, { type: 'merge', fieldManager, signal });
    log.waiting('waiting for Plugin reconciliation');
    await waitReady(Plugin, object, invocation);
    log.success(`updated ${name} v${from} → v${remote.manifest.version}`);
  });
}
