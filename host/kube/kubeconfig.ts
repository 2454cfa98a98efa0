import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { load } from 'js-yaml';
import { errorText } from '../errors/text.ts';
import { kubeconfigError } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One kubeconfig: entries by name, file paths made absolute. */
interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Fields>;
  readonly clusters: ReadonlyMap<string, Fields>;
  readonly users: ReadonlyMap<string, Fields>;
}

/** The cluster and user that a context of a kubeconfig names, still in the file's own field names. */
export interface KubeContext {
  readonly name: string;
  /** Namespace of the context; empty when it names none. */
  readonly namespace: string;
  readonly cluster: Fields;
  readonly userName: string;
  readonly user: Fields;
}

/** Where to look for a kubeconfig. */
export interface KubeconfigSource {
  /** Path of a kubeconfig file; default `$KUBECONFIG` (a list of paths), then `~/.kube/config`. */
  readonly path?: string | undefined;
  /** Name of a context in it; default its `current-context`. */
  readonly context?: string | undefined;
}

/** The files that make up the kubeconfig when the user names none: `$KUBECONFIG`, else `~/.kube/config`. */
export function defaultKubeconfigPaths(env: NodeJS.ProcessEnv = process.env): string[] {
  const listed = env['KUBECONFIG']?.split(delimiter).filter(Boolean) ?? [];
  return listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')];
}

/**
 * Reads the context of a kubeconfig. Of several files in `$KUBECONFIG` the first to define an entry wins, and files that do
 * not exist are skipped, as kubectl does.
 * @throws FluxError `FLUX_E_KUBECONFIG` when there is no usable context
 */
export async function readKubeconfig(source: KubeconfigSource = {}): Promise<KubeContext> {
  const paths = source.path ? [source.path] : defaultKubeconfigPaths();
  const found: Kubeconfig[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && !source.path) return undefined;
      throw kubeconfigError(
        `cannot read kubeconfig ${path}: ${error.message}`,
        'check the path and its permissions',
        error,
      );
    });
    if (text !== undefined) found.push(parseKubeconfig(text, { from: path, base: dirname(path) }));
  }
  if (found.length === 0) {
    throw kubeconfigError(
      `there is no kubeconfig at ${paths.join(', ')}`,
      'set KUBECONFIG or pass --kubeconfig; inside a pod, mount the service account token',
    );
  }
  return pickContext(found, source.context);
}

/**
 * Reads the context of a kubeconfig given as text, e.g. from a Secret. Relative paths in it stay as they are.
 * @throws FluxError `FLUX_E_KUBECONFIG` when it is not a kubeconfig or has no usable context
 */
export function parseContext(
  text: string,
  options: { from: string; context?: string | undefined },
): KubeContext {
  return pickContext([parseKubeconfig(text, { from: options.from })], options.context);
}

function pickContext(configs: readonly Kubeconfig[], wanted: string | undefined): KubeContext {
  const name = wanted ?? configs.find((config) => config.currentContext)?.currentContext;
  if (!name)
    throw kubeconfigError(
      'the kubeconfig has no current-context',
      'pass --context, or run `kubectl config use-context`',
    );
  const context = lookup(configs, { kind: 'contexts', name });
  const userName = text(context['user']);
  return {
    name,
    namespace: text(context['namespace']),
    cluster: lookup(configs, { kind: 'clusters', name: text(context['cluster']) }),
    userName,
    user: userName ? lookup(configs, { kind: 'users', name: userName }) : {},
  };
}

function lookup(
  configs: readonly Kubeconfig[],
  wanted: { kind: 'contexts' | 'clusters' | 'users'; name: string },
): Fields {
  for (const config of configs) {
    const entry = config[wanted.kind].get(wanted.name);
    if (entry) return entry;
  }
  throw kubeconfigError(
    `the kubeconfig has no entry "${wanted.name}" in ${wanted.kind}`,
    'run `kubectl config view` to see which there are',
  );
}

function parseKubeconfig(yaml: string, { from, base }: { from: string; base?: string }): Kubeconfig {
  let document: unknown;
  try {
    document = load(yaml);
  } catch (error) {
    // The parser quotes the lines around the fault: they may hold a token.
    const reason = errorText(error).split('\n', 1)[0];
    throw kubeconfigError(`the kubeconfig ${from} is not valid YAML: ${reason}`, 'correct the file');
  }
  if (!isFields(document))
    throw kubeconfigError(`the kubeconfig ${from} is empty or not a mapping`, 'correct the file');
  return {
    currentContext: text(document['current-context']) || undefined,
    contexts: entries(document['contexts'], 'context'),
    clusters: entries(document['clusters'], 'cluster', base),
    users: entries(document['users'], 'user', base),
  };
}

const pathFields = new Set(['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']);

function entries(list: unknown, field: string, base?: string): Map<string, Fields> {
  const result = new Map<string, Fields>();
  for (const item of Array.isArray(list) ? list : []) {
    if (!isFields(item)) continue;
    const content = item[field];
    const name = text(item['name']);
    if (name && isFields(content)) result.set(name, base === undefined ? content : absolute(content, base));
  }
  return result;
}

function absolute(content: Fields, base: string): Fields {
  return Object.fromEntries(
    Object.entries(content).map(([field, value]) => [
      field,
      pathFields.has(field) && typeof value === 'string' && value && !isAbsolute(value)
        ? join(base, value)
        : value,
    ]),
  );
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string field, or the empty string when it is absent. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
