import type { Egress } from '@flux-host/host/sandbox/egress/egress.ts';
import type { EgressGrant } from '@flux-host/host/sandbox/types.ts';
import type { Io } from '../io.ts';

/** What the login of a user to a cloud is found with. */
export interface CloudContext {
  readonly egress: Egress;
  readonly env: Io['env'];
  /** On the way to the services of the cloud. */
  readonly proxy?: EgressGrant['proxy'];
  readonly signal: AbortSignal;
}
