import type { Repository } from './types.ts';

/** Host name of a registry, as URLs write it. */
export function homeOf({ registry }: Repository): string {
  return new URL(`https://${registry}`).hostname;
}
