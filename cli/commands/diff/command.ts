import type { Command } from '../../command/types.ts';
import { diffArtifactCommand } from '../artifact/diff.ts';
import { diffHelmRelease } from './helm-release.ts';
import { diffKustomizationCommand } from './kustomization.ts';
import { diffRepository } from './repository/command.ts';

/** `flux diff` */
export const diff: Command = {
  name: 'diff',
  short: 'Diff a flux resource',
  long: 'The diff command is used to do a server-side dry-run on flux resources, then prints the diff.',
  commands: [diffArtifactCommand, diffHelmRelease, diffKustomizationCommand, diffRepository],
};
