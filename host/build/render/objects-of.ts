import { setImmediate } from 'node:timers/promises';
import type { KubeObject } from '../../kube/types.ts';

const decoder = new TextDecoder();

/** The objects in rendered chunks. Other work gets its turn between two chunks. */
export async function objectsOf(chunks: readonly Uint8Array[]): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0) await setImmediate();
    const list: KubeObject[] = JSON.parse(decoder.decode(chunk));
    objects.push(...list);
  }
  return objects;
}
