import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A .tar.gz with the files, made by tar itself. */
export function tarball(files: Readonly<Record<string, string>>): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-tar-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), content);
    }
    return execFileSync('tar', ['-C', dir, '-czf', '-', '.']);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The paths of the files in a .tar.gz, sorted, without folders. */
export function pathsIn(bytes: Buffer): string[] {
  const listing = execFileSync('tar', ['-tvzf', '-'], { input: bytes, encoding: 'utf8' });
  return [...listing.matchAll(/^-.* \d\d:\d\d (?:\.\/)?(.+)$/gm)].map(([, path = '']) => path).sort();
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Serves the bytes at every path, as another source controller's storage. */
export async function serve(bytes: Buffer): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => void response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/artifact.tar.gz`, close: () => void server.close() };
}
