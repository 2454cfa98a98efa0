import { gunzipSync } from 'node:zlib';
import { documents } from '@flux-host/host/build/render/documents.ts';
import { objectsIn } from '@flux-host/host/build/render/objects.ts';
import { parseYaml } from '@flux-host/host/build/yaml/parse.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { refOf } from '@flux-host/host/kube/object.ts';
import type { ObjectRef } from '@flux-host/host/kube/types.ts';

/** A Secret holds at most 1 MiB; what it unpacks to is bounded as well. */
const maxRecordBytes = 64 * 1024 * 1024;

/**
 * The manifest in Helm's record of a release: JSON, compressed, in base64, as Helm's driver for Secrets writes it.
 * @param data of the Secret's key `release`: the record in base64 once more
 * @returns undefined when it is no such record
 */
export function releaseManifest(data: string): string | undefined {
  try {
    const record = Buffer.from(Buffer.from(data, 'base64').toString('latin1'), 'base64');
    const isCompressed = record[0] === 0x1f && record[1] === 0x8b && record[2] === 0x08;
    const json = isCompressed ? gunzipSync(record, { maxOutputLength: maxRecordBytes }) : record;
    const parsed: unknown = JSON.parse(json.toString('utf8'));
    return stringAt(parsed, 'manifest') ?? '';
  } catch {
    return undefined;
  }
}

/** The objects of a rendered chart, in its order. */
export function manifestObjects(manifest: string): ObjectRef[] {
  return [...documents(manifest)].flatMap((document) => [...objectsIn(parseYaml(document))].map(refOf));
}
