import { readFile } from 'node:fs/promises';
import { isRecord, listAt, stringAt } from '@flux-host/host/json.ts';
import { defaultKubeconfigPaths } from '@flux-host/host/kube/kubeconfig.ts';
import { load } from 'js-yaml';

/** Names of the contexts of the kubeconfig; files that cannot be read have none. */
export async function contextNames(kubeconfig: string): Promise<string[]> {
  const paths = kubeconfig ? [kubeconfig] : defaultKubeconfigPaths();
  const names = await Promise.all(paths.map((path) => namesIn(path).catch(() => [])));
  return [...new Set(names.flat())].sort();
}

async function namesIn(path: string): Promise<string[]> {
  const document: unknown = load(await readFile(path, 'utf8'));
  if (!isRecord(document)) return [];
  return listAt(document, 'contexts').flatMap((context) => stringAt(context, 'name') ?? []);
}
