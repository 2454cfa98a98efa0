import { join } from 'node:path';
import type { Egress } from '../sandbox/egress/egress.ts';
import type { HostOptions } from './options.ts';

/**
 * Who is trusted for keyless signatures where an object does not say it: the file of `--sigstore-trusted-root`, else Sigstore's public instance. What
 * that takes is loaded and asked for once it is needed.
 */
export function sigstoreRoot(
  { sigstoreTrustedRoot, storage }: HostOptions,
  egress: Egress,
): () => Promise<string> {
  if (sigstoreTrustedRoot !== undefined) return async () => sigstoreTrustedRoot;
  let opened: Promise<() => Promise<string>> | undefined;
  return async () => {
    opened ??= import('../signature/public-root/public-root.ts').then(({ createPublicRoot }) =>
      createPublicRoot({ egress, dir: join(storage.path, 'sigstore') }),
    );
    return (await opened)();
  };
}
