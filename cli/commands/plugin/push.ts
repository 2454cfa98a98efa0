import { formatReference, parseReference } from '@flux-host/host/oci/reference.ts';
import { signCosign } from '@flux-host/host/signature/sign.ts';
import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { authorKey, keyInFile } from '../../plugin/keys/author-key.ts';
import { manifestOf, pushPlugin } from '../../plugin/oci/artifact.ts';
import { withRegistry } from '../../plugin/oci/client.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { projectIn } from '../../plugin/project/here.ts';
import { readModule } from '../../plugin/wasm/module.ts';
import { isOci } from '../../plugin/wasm/reference.ts';
import { sizeText } from '../../plugin/wasm/size.ts';

/** `flux plugin push` */
export const push: Command = {
  name: 'push',
  usage: '[file.wasm] oci://<repository>:<tag>',
  takesFiles: true,
  short: 'Publish a Wasm plugin',
  long: `The plugin push command writes a plugin into an OCI registry; without a file that which "flux plugin build" made.

With --sign it is signed as cosign does: with the key that --key names, else with your own, ~/.fluxcd/keys/cosign.key, which is
made at the first use. The variable COSIGN_PASSWORD has its password.`,
  example: `  # Publish the plugin in the current folder, signed
  flux plugin push oci://registry.example.com/my-notifier:1.0.0 --sign

  # Publish a module with another key
  flux plugin push my-notifier.wasm oci://registry.example.com/my-notifier:1.0.0 --sign --key cosign.key`,
  flags: {
    sign: { type: 'bool', about: 'sign the plugin' },
    key: { type: 'string', about: 'path to the private key to sign with' },
    ...ociFlags,
  },
  async run(invocation) {
    const { args, flags, io, log, signal } = invocation;
    const target = args.at(-1);
    if (!target || !isOci(target) || args.length > 2) {
      throw usageError('push needs an address: flux plugin push [file.wasm] oci://<repository>:<tag>');
    }
    if (flags.given('key') && !flags.is('sign')) throw usageError('--key is for --sign');
    const ref = parseReference(target);
    if (ref.digest) throw usageError('a plugin is pushed under a tag, not under a digest');
    const file = args.length === 2 ? (args[0] ?? '') : (await projectIn(undefined, io.cwd)).out;
    const wasm = await readModule(file, io.cwd);
    const { name, version } = manifestOf(wasm, file);
    if (ref.tag !== version && ref.tag !== `v${version}`) {
      log.warning(`the tag is ${ref.tag}, the plugin itself is version ${version}`);
    }
    // A key that cannot be used is told before anything is published.
    const key = flags.is('sign')
      ? await (flags.text('key') ? keyInFile(flags.text('key'), invocation) : authorKey(invocation))
      : undefined;
    await withRegistry(ref, invocation, async (client) => {
      log.action(`pushing ${name} ${version} (${sizeText(wasm.length)}) to ${formatReference(ref)}`);
      const { digest } = await pushPlugin(ref, wasm, { client, signal }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      });
      log.success(`pushed ${formatReference({ ...ref, digest })}`);
      if (!key) return;
      await signCosign({ client, ref, digest, key, signal });
      log.success('signed');
    });
    if (!key) log.warning('the plugin is not signed: with --sign users can see that it is yours');
  },
};
