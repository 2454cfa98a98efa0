import { isDigest } from './digest.ts';
import { invalidReference } from './errors.ts';
import type { Reference, Repository } from './types.ts';

/** What `docker.io` and references without a registry mean. */
export const dockerHub = 'index.docker.io';

const repositoryName = /^[a-z0-9_\-./]{1,255}$/;
const tagName = /^[\w][\w.-]{0,127}$/;

/**
 * Parses a repository as Flux (go-containerregistry) does: `oci://ghcr.io/team/app`, with or without the scheme. A first part without a dot or colon is
 * no registry but a repository on Docker Hub.
 * @throws FluxError FLUX_E_OCI_REFERENCE, also for a tag or digest at the end
 */
export function parseRepository(text: string): Repository {
  const { tag, digest, ...repository } = parse(text);
  if (digest !== undefined) throw invalidReference(text, `a repository has no digest; remove '@${digest}'`);
  if (tag !== undefined) throw invalidReference(text, `a repository has no tag; remove ':${tag}'`);
  return repository;
}

/**
 * Parses `oci://host/repository:tag@sha256:…`; the scheme, tag and digest may be absent. Without both the tag is `latest`.
 * @throws FluxError FLUX_E_OCI_REFERENCE
 */
export function parseReference(text: string): Reference {
  const parsed = parse(text);
  return parsed.tag === undefined && parsed.digest === undefined ? { ...parsed, tag: 'latest' } : parsed;
}

/** The usual way to write it, without a scheme. */
export function formatReference({ registry, name, tag, digest }: Repository & Partial<Reference>): string {
  return `${registry}/${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Whether a text can be a tag. */
export const isTag = (text: string): boolean => tagName.test(text);

function parse(text: string): Repository & Partial<Reference> {
  const plain = text.replace(/^oci:\/\//, '');
  if (plain.includes('://')) throw invalidReference(text, 'only the scheme oci:// is known');
  const [beforeDigest = '', digest, ...more] = plain.split('@');
  if (more.length > 0 || (digest !== undefined && !isDigest(digest)))
    throw invalidReference(text, 'what follows @ is no digest');
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1);
  const path = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  if (tag !== undefined && !isTag(tag)) throw invalidReference(text, `"${tag}" is no tag`);
  return {
    ...splitRegistry(text, path),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function splitRegistry(text: string, path: string): Repository {
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  const explicit = first === 'localhost' || /[.:]/.test(first);
  const registry = !explicit || first === 'docker.io' ? dockerHub : first;
  const name = explicit ? path.slice(slash + 1) : path;
  if (!repositoryName.test(name) || name.split('/').some((part) => /^\.*$/.test(part)))
    throw invalidReference(text, `"${name}" is no repository: it needs lower-case letters, digits and _-./`);
  if (!/^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?$/.test(registry))
    throw invalidReference(text, `"${registry}" is no registry`);
  const official = registry === dockerHub && !name.includes('/');
  return { registry: registry.toLowerCase(), name: official ? `library/${name}` : name };
}
