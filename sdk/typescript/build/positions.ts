import { resolve, sep } from 'node:path';
import type { StackMap } from '../runtime/stack-map.ts';
import { sdkFile } from './sdk-file.ts';

const sdk = sdkFile('..');

/** A source's name as it is shown: the same wherever the project and the SDK are. */
function shownName(source: string, dir: string): string {
  const path = resolve(dir, source);
  if (path.startsWith(sdk)) return `@flux-host/sdk/${path.slice(sdk.length).replace(/^[\\/]/, '')}`;
  const parts = path.split(`${sep}node_modules${sep}`);
  if (parts.length > 1) return parts.at(-1) ?? path;
  return source.replace(/^(\.\.\/)+/, '');
}

/** @param json a source map whose sources are relative to `dir` */
export function positionsOf(json: string, dir: string): StackMap {
  const map: { mappings: string; sources: string[] } = JSON.parse(json);
  return { mappings: map.mappings, sources: map.sources.map((source) => shownName(source, dir)) };
}
