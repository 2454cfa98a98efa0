import type { Command } from '../../../command/types.ts';
import { createImagePolicy } from './policy.ts';
import { createImageRepository } from './repository.ts';
import { createImageUpdate } from './update.ts';

/** `flux create image` */
export const createImage: Command = {
  name: 'image',
  short: 'Create or update resources dealing with image automation',
  long: `The create image sub-commands work with image automation objects;
that is, object controlling updates to git based on e.g., new container images
being available.`,
  commands: [createImagePolicy, createImageRepository, createImageUpdate],
};
