import type { Command } from '../../command/types.ts';
import { triggerReceiver } from './receiver.ts';

/** `flux trigger` */
export const trigger: Command = {
  name: 'trigger',
  short: 'Trigger Flux resources from outside the cluster',
  long: "The trigger sub-commands invoke Flux resources from outside the cluster, such as a Receiver's incoming webhook.",
  commands: [triggerReceiver],
};
