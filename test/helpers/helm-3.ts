import { helm3Tool } from '../../scripts/setup/test-servers.ts';
import { type Helm, startTool } from './helm.ts';

/** The real helm of version 3. Builds it unless that was done before, which takes a minute. */
export const startHelm3 = (): Promise<Helm> => startTool(helm3Tool);
