import { readFileSync } from 'node:fs';
import {
  cosignTool,
  helm3Tool,
  helmTool,
  natsServer,
  referrersServer,
  registryServer,
  sopsTool,
} from '../../scripts/setup/test-servers.ts';
import type { Step } from '../../scripts/steps.ts';

/** What a helper starts, by the path that test files import it with. */
const needs: Readonly<Record<string, readonly Step[]>> = {
  'helpers/registry.ts': [registryServer, referrersServer],
  'helpers/cosign.ts': [cosignTool],
  'helpers/helm.ts': [helmTool],
  'helpers/helm-3.ts': [helm3Tool],
  'helpers/nats.ts': [natsServer],
  'helpers/sops.ts': [sopsTool],
};

/** The servers that test files use: built before they run, so that no test waits for a compiler. */
export function serversFor(files: readonly string[]): Step[] {
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const used = Object.entries(needs).filter(([helper]) => texts.some((text) => text.includes(helper)));
  return [...new Set(used.flatMap(([, steps]) => steps))];
}
