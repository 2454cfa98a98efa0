import { execFileSync } from 'node:child_process';
import type { Live } from '../live.ts';

/** The artifact of an object, as another controller downloads it. */
export async function contentOf({ status }: Live): Promise<Buffer> {
  const answer = await fetch(status?.artifact?.url ?? '');
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** The text of a file in a .tgz. */
export function fileIn(archive: Buffer, path: string): string {
  return execFileSync('tar', ['-xzOf', '-', path], { input: archive, encoding: 'utf8' });
}
