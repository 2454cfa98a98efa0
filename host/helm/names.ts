import { createHash } from 'node:crypto';

const longest = 53;
const hashLength = 12;

/** Names of releases have at most 53 characters; longer ones end in a hash, as in helm-controller. */
export function shortenName(name: string): string {
  if (name.length <= longest) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength);
  return `${name.slice(0, longest - hashLength - 1)}-${hash}`;
}
