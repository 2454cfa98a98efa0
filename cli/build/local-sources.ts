import { resolve } from 'node:path';
import type { Kustomization } from '@flux-host/crds/index.ts';
import { sourceKeyOf } from '@flux-host/host/reconcile/kustomization/source.ts';
import { localSourceInvalid, sourceUnknown } from './errors.ts';

/** Folders of sources on this machine, by `Kind/namespace/name`. */
export type LocalSources = ReadonlyMap<string, string>;

/** @param texts values of `--local-sources` @throws FluxError FLUX_E_CLI_USAGE */
export function parseLocalSources(texts: readonly string[], cwd: string): LocalSources {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at <= 0) throw localSourceInvalid(text);
      return [text.slice(0, at).trim(), resolve(cwd, text.slice(at + 1))] as const;
    }),
  );
}

/** The name of a Kustomization's source among local ones. */
export function sourceName(kustomization: Kustomization): string {
  const { kind, namespace, name } = sourceKeyOf(kustomization);
  return [kind, namespace, name].filter(Boolean).join('/');
}

/** Where a Kustomization's source is. @throws FluxError FLUX_E_CLI_USAGE when nobody said */
export function localSourceOf(kustomization: Kustomization, sources: LocalSources): string {
  const source = sourceName(kustomization);
  const folder = sources.get(source);
  if (folder === undefined) throw sourceUnknown(source, kustomization.metadata.name);
  return folder;
}
