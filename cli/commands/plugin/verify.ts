import { parseReference } from '@flux-host/host/oci/reference.ts';
import { verifyCosign } from '@flux-host/host/signature/verify.ts';
import { oneArgument } from '../../command/arguments.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { policyFlags, policyFrom } from '../../plugin/keys/policy.ts';
import { fetchModule, fetchPlugin } from '../../plugin/oci/artifact.ts';
import { withRegistry } from '../../plugin/oci/client.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { checkModule } from '../../plugin/wasm/check.ts';
import { readModule } from '../../plugin/wasm/module.ts';
import { isOci } from '../../plugin/wasm/reference.ts';

async function structure(wasm: Uint8Array, { log }: Invocation): Promise<void> {
  const { manifest, digest, exports } = await checkModule(wasm);
  const uses = manifest.provides.map(({ kind, type }) => `${kind} ${type}`).join(', ');
  log.success(`module is whole and compiles: ${digest}`);
  log.success(`manifest is valid: ${manifest.name} ${manifest.version}, ${uses}`);
  log.success(`exports what it provides: ${exports.join(', ')}`);
  log.success('imports only what hosts offer');
}

/** `flux plugin verify` */
export const verify: Command = {
  name: 'verify',
  usage: '<file.wasm | oci://…>',
  takesFiles: true,
  short: 'Check a Wasm plugin and its signature',
  long: `The plugin verify command checks a module as a host does before it uses one. Of a plugin in a registry it also checks the
cosign signature: by the key that --key names, by identity, or by your own key.`,
  example: `  # Check a module
  flux plugin verify my-notifier.wasm

  # Check who signed a plugin
  flux plugin verify oci://registry.example.com/my-notifier:1.0.0 --key cosign.pub`,
  flags: { ...policyFlags, ...ociFlags },
  async run(invocation) {
    const { args, flags, io, log, signal } = invocation;
    const what = oneArgument(args);
    if (!isOci(what)) {
      if (Object.keys(policyFlags).some((name) => flags.given(name))) {
        throw usageError('files have no signature: verify the plugin in its registry, oci://…');
      }
      return structure(await readModule(what, io.cwd), invocation);
    }
    const policy = await policyFrom(invocation);
    const ref = parseReference(what);
    await withRegistry(ref, invocation, async (client) => {
      const plugin = await fetchPlugin(ref, client, signal);
      const { signer } = await verifyCosign({ client, ref, digest: plugin.digest, policy, signal });
      log.success(`signed by ${signer}: ${plugin.digest}`);
      await structure(await fetchModule(plugin, client, signal), invocation);
    });
  },
};
