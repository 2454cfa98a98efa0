import { type ReleaseSecret, releaseOf } from '@flux-host/host/helm/release-secret.ts';
import { secrets } from '@flux-host/host/kube/core.ts';
import type { World } from '../../harness.ts';

/** A record of Helm, as it is in its Secret. */
export interface HelmRecord {
  readonly release: string;
  readonly version: number;
  readonly status: string;
}

/**
 * All records of a namespace, by release and version.
 * @returns also what is wrong with them: unreadable, or another one than its labels and its name say
 */
export async function recordsIn(
  { client }: World,
  namespace: string,
): Promise<{ records: HelmRecord[]; problems: string[] }> {
  const labelSelector = 'owner=helm';
  const { items } = await client.list<ReleaseSecret>(secrets, { namespace, labelSelector });
  const problems: string[] = [];
  const records: HelmRecord[] = [];
  for (const secret of items) {
    const { name, labels = {} } = secret.metadata;
    try {
      const { name: release, version, info, manifest, chart } = await releaseOf(secret);
      const record = { release, version, status: info.status };
      records.push(record);
      const told = `${labels['name']} ${labels['version']} ${labels['status']}`;
      if (told !== `${release} ${version} ${info.status}`) problems.push(`${name} is labelled ${told}`);
      if (name !== `sh.helm.release.v1.${release}.v${version}`) problems.push(`${name} has v${version}`);
      if (secret['type'] !== 'helm.sh/release.v1') problems.push(`${name} is of type ${secret['type']}`);
      if (!manifest.includes('kind: Deployment')) problems.push(`${name} has no manifest`);
      if (chart.metadata.name !== 'app') problems.push(`${name} has no chart`);
    } catch (error) {
      problems.push(`${name} cannot be read: ${String(error)}`);
    }
  }
  return { records: records.sort((a, b) => a.version - b.version), problems };
}

/** What is under way, by the word of the records: `app-1 pending-upgrade`. */
export const underWay = (records: readonly HelmRecord[]): string[] =>
  records
    .filter(({ status }) => status.startsWith('pending-') || status === 'uninstalling')
    .map(({ release, status }) => `${release} ${status}`);
