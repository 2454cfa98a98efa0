import { referrersServer } from '../../../scripts/setup/test-servers.ts';
import { freePorts } from '../ports.ts';
import { binary } from '../servers/binary.ts';
import { startServer } from '../servers/child.ts';

/** go-containerregistry's registry, which has the referrers API. */
export interface ReferrersRegistry {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts a registry with the referrers API of the distribution specification 1.1. */
export async function startReferrersRegistry(): Promise<ReferrersRegistry> {
  const [port = 0] = await freePorts(1);
  const { stop } = await startServer({
    command: await binary(referrersServer),
    args: [String(port)],
    ready: async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).ok,
  });
  return { address: `127.0.0.1:${port}`, stop };
}
