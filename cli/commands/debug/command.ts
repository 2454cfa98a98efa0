import type { Command } from '../../command/types.ts';
import { debugHelmRelease } from './helm-release.ts';
import { debugKustomization } from './kustomization.ts';

/** `flux debug` */
export const debug: Command = {
  name: 'debug',
  short: 'Debug a flux resource',
  long: 'The debug command can be used to troubleshoot failing resource reconciliations.',
  commands: [debugHelmRelease, debugKustomization],
};
