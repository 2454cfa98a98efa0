import { Kustomization } from '@flux-host/crds/index.ts';
import { refIn } from '@flux-host/host/kube/object.ts';
import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { kustomization as kind } from '../../kinds/kustomization.ts';
import { completeNames } from '../by-kind.ts';
import { preview } from '../texts.ts';
import { outputFlag } from './flags.ts';
import { inventoryTree } from './inventory.ts';
import { formatTree, treeNode } from './node.ts';

/** `flux tree kustomization` */
export const treeKustomization: Command = {
  name: 'kustomization',
  usage: '[name]',
  aliases: ['ks'],
  short: 'Print the resource inventory of a Kustomization',
  long: preview('The tree command prints the resource list reconciled by a Kustomization.'),
  example: `  # Print the resources managed by the root Kustomization
  flux tree kustomization flux-system

  # Print the Flux resources managed by the root Kustomization
  flux tree kustomization flux-system --compact`,
  flags: {
    compact: { type: 'bool', about: 'list Flux resources only.' },
    output: outputFlag,
  },
  async run({ args, flags, namespace, io, signal, cluster }) {
    const [name] = args;
    if (name === undefined) throw usageError('kustomization name is required');
    const { client } = await cluster();
    const root = await client.get<Kustomization>(Kustomization, { namespace, name }, { signal });
    const children = await inventoryTree(root, {
      client,
      signal,
      isCompact: flags.is('compact'),
      above: [],
    });
    const node = treeNode(refIn(Kustomization, { namespace, name }), children);
    io.out(formatTree(node, flags.text('output')));
  },
  complete: completeNames(kind),
};
