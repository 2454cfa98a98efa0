import type { Command } from '../../command/types.ts';
import { preview } from '../texts.ts';
import { treeGenerator } from './generator.ts';
import { treeKustomization } from './kustomization.ts';

/** `flux tree` */
export const tree: Command = {
  name: 'tree',
  short: 'Print the resources reconciled by Flux',
  long: preview('The tree command shows the list of resources reconciled by a Flux object.'),
  commands: [
    {
      name: 'artifact',
      short: 'Print artifact objects reconciled by Flux',
      long: 'The tree artifact sub-commands print a list of artifact objects.',
      commands: [treeGenerator],
    },
    treeKustomization,
  ],
};
