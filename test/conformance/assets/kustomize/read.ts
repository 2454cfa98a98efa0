import { existsSync, readFileSync } from 'node:fs';
import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { documents } from '@flux-host/host/build/render/documents.ts';
import { parseYaml } from '@flux-host/host/build/yaml/parse.ts';

/** A Kustomization of any version of Flux's API. */
export type FluxKustomization = Kustomization;

/** The values of all documents of a YAML stream. */
export function parseAll(stream: string): unknown[] {
  return [...documents(stream)].map(parseYaml);
}

/** Reads a Flux Kustomization; one without a spec when there is no file. */
export function readKustomization(file: string): FluxKustomization {
  const [first] = existsSync(file) ? parseAll(readFileSync(file, 'utf8')) : [];
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app' },
    spec: {},
    ...(typeof first === 'object' ? first : {}),
  } as FluxKustomization;
}
