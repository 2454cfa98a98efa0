import type { EgressGrant } from '../types.ts';
import { type Lookup, systemLookup } from './connect.ts';
import { dispatchers } from './dispatchers.ts';
import { type EgressSession, egressSession } from './session.ts';

export type { EgressRequest, EgressResponse, EgressSession } from './session.ts';

/** The one way out of the host: for plugins, and for whatever the host itself fetches on behalf of a user. */
export interface Egress {
  /** Everything that one call does; ends with its `close`. */
  session(grant: EgressGrant): EgressSession;
  close(): Promise<void>;
}

export interface EgressOptions {
  /** Finds the addresses of a name; default: the operating system's resolver. */
  readonly lookup?: Lookup;
}

export function createEgress({ lookup = systemLookup }: EgressOptions = {}): Egress {
  const pools = dispatchers(lookup);
  return {
    session: (grant) => egressSession(grant, { lookup, route: () => pools.route(grant) }),
    close: () => pools.close(),
  };
}
