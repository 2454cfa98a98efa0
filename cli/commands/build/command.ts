import type { Command } from '../../command/types.ts';
import { buildArtifactCommand } from '../artifact/build.ts';
import { buildKustomization } from './kustomization.ts';

/** `flux build` */
export const build: Command = {
  name: 'build',
  short: 'Build a flux resource',
  long: 'The build command is used to build flux resources.',
  commands: [buildArtifactCommand, buildKustomization],
};
