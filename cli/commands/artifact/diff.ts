import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from '@flux-host/host/artifacts/unpack.ts';
import { treeDigest } from '../../artifact/compare.ts';
import { withContent } from '../../artifact/content.ts';
import { contentFlags, ignoredPaths, registryFlags } from '../../artifact/flags.ts';
import { artifactError, extractLayer, fetchManifest, firstLayer } from '../../artifact/pull.ts';
import { artifactAddress } from '../../artifact/reference.ts';
import type { Command } from '../../command/types.ts';
import { withRegistry } from '../../plugin/oci/client.ts';

/** `flux diff artifact`: what is in the archives is compared, so that it does not matter who compressed them. */
export const diffArtifactCommand: Command = {
  name: 'artifact',
  short: 'Diff Artifact',
  long: 'The diff artifact command computes the diff between the remote OCI artifact and a local directory or file',
  example: `  # Check if local files differ from remote
  flux diff artifact oci://registry.example.com/manifests/app:6.2.0 --path=./kustomize`,
  flags: {
    path: {
      type: 'string',
      about: 'path to the directory where the Kubernetes manifests are located',
    },
    ...contentFlags,
    ...registryFlags,
  },
  async run(invocation) {
    const { args, flags, io, log, signal } = invocation;
    const { ref } = artifactAddress(args, 'artifact URL is required');
    const work = await mkdtemp(join(tmpdir(), 'flux-diff-'));
    try {
      const [local, remote] = [join(work, 'local'), join(work, 'remote')];
      await Promise.all([mkdir(local), mkdir(remote)]);
      await withContent({ path: flags.text('path'), ignore: ignoredPaths(flags), io }, async ({ file }) => {
        const archive = await open(file, 'r');
        await unpack(archive.fd, local).finally(() => archive.close());
      });
      await withRegistry(ref, invocation, async (client) => {
        const { manifest } = await fetchManifest(ref, client, signal);
        await extractLayer({ ref, layer: firstLayer(manifest), client, signal }, remote);
      });
      if ((await treeDigest(local)) !== (await treeDigest(remote)))
        throw artifactError('the remote artifact contents differs from the local one');
      log.success('no changes detected');
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  },
};
