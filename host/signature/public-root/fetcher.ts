import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetcher } from 'tuf-js';
import { DownloadHTTPError, DownloadLengthMismatchError } from 'tuf-js/dist/error.js';
import type { Egress } from '../../sandbox/egress/egress.ts';

const timeoutMs = 20_000;

/** Downloads for TUF by the host's one way out. */
export function egressFetcher(egress: Egress): Fetcher {
  const downloadBytes = (url: string, maxLength: number) => download(egress, url, maxLength);
  return {
    downloadBytes,
    async downloadFile(url, maxLength, handler) {
      const dir = await mkdtemp(join(tmpdir(), 'flux-host-tuf-'));
      try {
        const file = join(dir, 'target');
        await writeFile(file, await downloadBytes(url, maxLength));
        return await handler(file);
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}

async function download(egress: Egress, url: string, maxLength: number): Promise<Buffer> {
  const session = egress.session({ allow: [new URL(url).host], maxBytes: maxLength });
  try {
    const { status, body } = await session.request({ url, timeoutMs });
    // The library has to see which it is: that there is no newer root is told by 404.
    if (status !== 200) throw new DownloadHTTPError(`${url} answers with status ${status}`, status);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of body) {
      parts.push(part);
      size += part.length;
      if (size > maxLength) throw new DownloadLengthMismatchError(`${url} is larger than ${maxLength} bytes`);
    }
    return Buffer.concat(parts);
  } finally {
    session.close();
  }
}
