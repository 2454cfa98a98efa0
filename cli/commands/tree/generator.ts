import { ArtifactGenerator, ExternalArtifact } from '@flux-host/crds/index.ts';
import { refIn } from '@flux-host/host/kube/object.ts';
import { oneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { artifactGenerator as kind } from '../../kinds/artifact-generator.ts';
import { completeNames } from '../by-kind.ts';
import { preview } from '../texts.ts';
import { outputFlag } from './flags.ts';
import { formatTree, treeNode } from './node.ts';

/** `flux tree artifact generator` */
export const treeGenerator: Command = {
  name: 'generator',
  usage: '[name]',
  short: 'Print the inventory of an ArtifactGenerator',
  long: preview('The tree command prints the ExternalArtifact list managed by an ArtifactGenerator.'),
  example: `  # Print the ExternalArtifacts managed by an ArtifactGenerator
  flux tree artifact generator my-generator`,
  flags: { output: outputFlag },
  async run({ args, flags, namespace, io, signal, cluster }) {
    const name = oneArgument(args);
    const { client } = await cluster();
    const generator = await client.get<ArtifactGenerator>(ArtifactGenerator, { namespace, name }, { signal });
    const artifacts = (generator.status?.inventory ?? []).map((each) =>
      treeNode(refIn(ExternalArtifact, each)),
    );
    const root = treeNode(refIn(ArtifactGenerator, { namespace, name }), artifacts);
    io.out(formatTree(root, flags.text('output')));
  },
  complete: completeNames(kind),
};
