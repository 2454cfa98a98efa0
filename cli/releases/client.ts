import { parseYaml } from '@flux-host/host/build/yaml/parse.ts';
import { isRecord, recordAt, stringAt } from '@flux-host/host/json.ts';
import type {
  ApiResource,
  KubeClient,
  KubeObject,
  ListOptions,
  PartialObject,
} from '@flux-host/host/kube/types.ts';
import type { Redactor } from '@flux-host/host/observability/redact.ts';
import type { Future } from './future.ts';

/**
 * A client for rendering: it reads objects as they will be, keeps what it reads of Secrets out of reports, and acts as the user whatever account
 * a release names. Writing is the business of nobody who has it.
 */
export function renderingClient(
  client: KubeClient,
  { future, redactor }: { future: Future; redactor: Redactor },
): KubeClient {
  const own: KubeClient = {
    ...client,
    async get<T extends KubeObject>(...[resource, key, options]: Parameters<KubeClient['get']>): Promise<T> {
      const changed = future.find(resource, key);
      // A copy: whoever gets it may change it.
      const found: T = changed
        ? JSON.parse(JSON.stringify(changed))
        : await client.get<T>(resource, key, options);
      if (found.kind === 'Secret' || resource.kind === 'Secret') learnSecret(found, redactor);
      return found;
    },
    async list<T extends PartialObject = KubeObject>(resource: ApiResource, options?: ListOptions) {
      const result = await client.list<T>(resource, options);
      if (resource.kind !== 'Secret' || options?.metadataOnly) return result;
      for (const object of result.items) learnSecret(object, redactor);
      return result;
    },
    impersonate: () => own,
  };
  return own;
}

const records = 'helm.sh/release.v1';

/** Has the values of a Secret masked: each as a whole and, where it is YAML, every text in it. */
function learnSecret(secret: object, redactor: Redactor): void {
  if (stringAt(secret, 'type') === records) return;
  for (const coded of Object.values(recordAt(secret, 'data') ?? {})) {
    if (typeof coded !== 'string') continue;
    const text = Buffer.from(coded, 'base64').toString('utf8');
    redactor.add(text);
    for (const leaf of leavesOf(parsed(text))) redactor.add(leaf);
  }
}

function parsed(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    return undefined;
  }
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isRecord(value) ? Object.values(value).flatMap(leavesOf) : [];
}
