import { invalidFlag } from '../config/errors.ts';

/** Algorithms of the digests in `status.history`; the last one is for old clusters only. */
export const digestAlgorithms = ['sha256', 'sha384', 'sha512', 'sha1'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** The algorithm of that name (`--snapshot-digest-algo`). @throws FluxError FLUX_E_FLAG */
export function digestAlgorithm(name: string): DigestAlgorithm {
  const found = digestAlgorithms.find((each) => each === name);
  if (!found) {
    throw invalidFlag(
      'snapshot-digest-algo',
      `unsupported digest algorithm "${name}"`,
      `there are: ${digestAlgorithms.join(', ')}`,
    );
  }
  return found;
}

/** That of a digest like `sha256:…`; undefined when it is none. */
export function algorithmOf(digest: string): DigestAlgorithm | undefined {
  return digestAlgorithms.find((each) => digest.startsWith(`${each}:`));
}
