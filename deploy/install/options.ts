import { type Component, defaultComponents } from './components.ts';

/** What to install. Only the version and the image have no default. */
export interface InstallOptions {
  /** Version of this release; the tag of the image and a label on everything. */
  readonly version: string;
  /** Name of the image in the registry. */
  readonly image: string;
  /** Put before the image's name with a slash; without it the name is complete. */
  readonly registry?: string;
  /** Namespace to install into; default `flux-system`. */
  readonly namespace?: string;
  readonly components?: readonly Component[];
  /** Isolates the namespace with network policies; default true. */
  readonly networkPolicy?: boolean;
  /** Domain of the cluster's services; default `cluster.local`. */
  readonly clusterDomain?: string;
  /** Reconciles objects of all namespaces, or only those of its own; default true. */
  readonly watchAllNamespaces?: boolean;
  readonly logLevel?: LogLevel;
  /** Keys of the taints to tolerate. */
  readonly tolerationKeys?: readonly string[];
  /** Secret in the namespace to pull the image with. */
  readonly imagePullSecret?: string;
}

export const logLevels = ['trace', 'debug', 'info', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Options with every default filled in. */
export interface Install {
  readonly version: string;
  /** Complete reference of the image. */
  readonly image: string;
  readonly namespace: string;
  readonly components: ReadonlySet<Component>;
  readonly networkPolicy: boolean;
  readonly clusterDomain: string;
  readonly watchAllNamespaces: boolean;
  readonly logLevel: LogLevel;
  readonly tolerationKeys: readonly string[];
  readonly imagePullSecret: string | undefined;
}

export function complete(options: InstallOptions): Install {
  const { version, image, registry, imagePullSecret } = options;
  return {
    version,
    image: `${registry ? `${registry.replace(/\/+$/, '')}/` : ''}${image}:${version}`,
    namespace: options.namespace ?? 'flux-system',
    components: new Set(options.components ?? defaultComponents),
    networkPolicy: options.networkPolicy ?? true,
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    watchAllNamespaces: options.watchAllNamespaces ?? true,
    logLevel: options.logLevel ?? 'info',
    tolerationKeys: options.tolerationKeys ?? [],
    imagePullSecret,
  };
}
