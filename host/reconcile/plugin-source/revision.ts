import { badRevision } from './errors.ts';

const form = /^[A-Za-z0-9][A-Za-z0-9._/+@:-]{0,254}$/;

/**
 * The revision that a plugin names, checked: it goes into conditions, labels and file names.
 * @throws FluxError FLUX_E_SOURCE_REVISION
 */
export function checkedRevision(plugin: string, revision: unknown): string {
  if (typeof revision === 'string' && form.test(revision)) return revision;
  throw badRevision(plugin, String(revision));
}

/** Name of the artifact's file: the digest of a revision that has one, else the revision without what a path gives a meaning. */
export function fileOf(revision: string): string {
  const last = revision.slice(revision.lastIndexOf(':') + 1);
  return `${last.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(-120)}.tar.gz`;
}
