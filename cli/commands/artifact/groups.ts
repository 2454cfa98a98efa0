import type { Command } from '../../command/types.ts';
import { listArtifactsCommand } from './list.ts';
import { pullArtifactCommand } from './pull.ts';
import { pushArtifactCommand } from './push.ts';
import { tagArtifactCommand } from './tag.ts';

/** `flux push` */
export const push: Command = {
  name: 'push',
  short: 'Push artifacts',
  long: 'The push command is used to push OCI artifacts.',
  commands: [pushArtifactCommand],
};

/** `flux pull` */
export const pull: Command = {
  name: 'pull',
  short: 'Pull artifacts',
  long: 'The pull command is used to pull OCI artifacts.',
  commands: [pullArtifactCommand],
};

/** `flux tag` */
export const tag: Command = {
  name: 'tag',
  short: 'Tag artifacts',
  long: 'The tag command is used to tag OCI artifacts.',
  commands: [tagArtifactCommand],
};

/** `flux list` */
export const list: Command = {
  name: 'list',
  short: 'List artifacts',
  long: 'The list command is used for printing the OCI artifacts metadata.',
  commands: [listArtifactsCommand],
};
