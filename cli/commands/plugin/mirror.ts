import { resolve } from 'node:path';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { withRegistry } from '../../plugin/oci/client.ts';
import { copyImage } from '../../plugin/oci/copy.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { openLayout } from '../../plugin/oci/layout.ts';
import { type ImageStore, openRepository } from '../../plugin/oci/store.ts';
import { isOci } from '../../plugin/wasm/reference.ts';

/** A place as the user wrote it. */
interface Place {
  readonly text: string;
  /** Tag or digest; absent when none was given. */
  readonly tag: string | undefined;
}

function placeOf(text: string): Place {
  if (!isOci(text)) {
    const [, , tag] = /^(.*?):([\w][\w.-]*|sha256:[0-9a-f]{64})$/.exec(text) ?? [];
    return { text: tag ? text.slice(0, -tag.length - 1) : text, tag };
  }
  const { tag, digest } = parseReference(text);
  const isGiven = digest !== undefined || /:[^/]+$/.test(text.slice('oci://'.length).replace(/^[^/]*/, ''));
  return { text, tag: isGiven ? (digest ?? tag) : undefined };
}

/** The same invocation with the credentials for the target. */
function forTarget(invocation: Invocation): Invocation {
  const { flags } = invocation;
  if (!flags.given('to-creds')) return invocation;
  const text = (name: string) => flags.text(name === 'creds' ? 'to-creds' : name);
  return { ...invocation, flags: { ...flags, text } };
}

async function withStore<T>(
  { text }: Place,
  invocation: Invocation,
  work: (store: ImageStore) => Promise<T>,
): Promise<T> {
  if (!isOci(text)) return work(await openLayout(resolve(invocation.io.cwd, text)));
  const ref = parseReference(text);
  return withRegistry(ref, invocation, (client) => work(openRepository(ref, client, invocation.signal)));
}

/** `flux plugin mirror` */
export const mirror: Command = {
  name: 'mirror',
  usage: '<from> <to>',
  takesFiles: true,
  short: 'Copy a Wasm plugin with its signatures',
  long: `The plugin mirror command copies a plugin with its signatures, byte for byte, between registries, or out of one into a
folder and from there into another: for places without a network. A folder has the OCI image layout.`,
  example: `  # Into a folder, to carry it
  flux plugin mirror oci://registry.example.com/my-notifier:1.0.0 ./plugins

  # From the folder into the registry over there
  flux plugin mirror ./plugins:1.0.0 oci://internal.example.com/my-notifier:1.0.0

  # Between registries
  flux plugin mirror oci://registry.example.com/my-notifier:1.0.0 oci://internal.example.com/my-notifier`,
  flags: {
    ...ociFlags,
    'to-creds': { type: 'string', about: 'credentials for the target, when they are others' },
  },
  async run(invocation) {
    const { args, log, signal } = invocation;
    const [source, target] = args;
    if (!source || !target || args.length > 2) throw usageError(`accepts 2 arg(s), received ${args.length}`);
    const [from, to] = [placeOf(source), placeOf(target)];
    if (to.tag?.includes(':')) throw usageError('a plugin is copied to a tag, not to a digest');
    log.action(`copying ${source} to ${target}`);
    const { digest, attached } = await withStore(from, invocation, (fromStore) =>
      withStore(to, forTarget(invocation), (toStore) =>
        copyImage({
          from: fromStore,
          to: toStore,
          source: from.tag,
          tag: to.tag ?? (from.tag?.includes(':') ? undefined : from.tag) ?? 'latest',
          signal,
        }),
      ),
    );
    log.success(`copied ${digest} with ${attached} signature(s) and other attachments`);
  },
};
