import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { parseDuration } from '../../duration/duration.ts';
import type { OciClient } from '../../oci/types.ts';
import type { PluginFile } from '../../plugins/directories.ts';
import { compareVersions, parseVersion } from '../../semver/version.ts';
import { verifyCosign } from '../../signature/verify.ts';
import { downgradeRefused, failedAs, pullTimedOut } from './errors.ts';
import { download, moduleIn } from './fetch.ts';
import { checkGranted, type InstallOptions, inspect, place, type Terms } from './install.ts';
import type { Installation, InstallRecord } from './record.ts';
import { resolveSource, type Target } from './resolve.ts';

export interface Update {
  readonly object: Plugin;
  readonly record: InstallRecord | undefined;
  readonly terms: Terms;
  readonly client: OciClient;
  readonly signal: AbortSignal;
}

/**
 * Asks the registry what the Plugin means now and installs that, if it is something else than what is installed.
 * @returns the record as it is then
 * @throws FluxError; what was installed before stays in use
 */
export async function update(run: Update, options: InstallOptions): Promise<InstallRecord | undefined> {
  const { object, record, terms, client } = run;
  const target = await during(run, 'OCIArtifactPullFailed', (signal) =>
    resolveSource(object.spec.source, client, signal),
  );
  const { current, rejected } = record ?? {};
  if (rejected?.image === target.digest || isLower(target, run)) return record;
  const isVerified = !terms.policy || current?.verified === terms.policy.fingerprint;
  const isSame = current?.image === target.digest && (await options.library.has(current.digest));
  if (isSame && isVerified && current.tag === target.tag) return forgive(run, options);
  await verifyImage(run, target);
  const module = await during(run, 'OCIArtifactPullFailed', (signal) => moduleIn(target, client, signal));
  if (rejected?.digest === module.digest) return record;
  await options.library.update(object.metadata.name, (known) => ({
    ...own(known, object),
    candidate: module.digest,
  }));
  await during(run, 'OCIArtifactPullFailed', (signal) =>
    download(module, { target, client, library: options.library, signal }),
  );
  const checked = await during(run, 'InvalidPlugin', () =>
    checkModule(run, { digest: module.digest, target }, options),
  );
  return put(run, { target, module: checked }, options);
}

/** Everything that can be wrong with a module is found before it takes anybody's place. */
async function checkModule(
  { object, record, terms }: Update,
  { digest, target }: { digest: string; target: Target },
  options: InstallOptions,
): Promise<PluginFile> {
  const module = await inspect(object, digest, options);
  checkGranted(object, module);
  const { version } = module.manifest;
  const current = record?.current;
  if (target.ranged && current && !specChanged(object, record) && isBelow(version, current.version)) {
    throw downgradeRefused(current.version, version);
  }
  const { memoryBytes } = terms.grants;
  await options.plugins.compile({
    digest,
    file: module.file,
    name: object.metadata.name,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
  return module;
}

async function put(
  { object, terms }: Update,
  { target, module }: { target: Target; module: PluginFile },
  options: InstallOptions,
): Promise<InstallRecord | undefined> {
  const installation: Installation = {
    digest: module.digest,
    image: target.digest,
    version: module.manifest.version,
    ...(target.tag ? { tag: target.tag } : {}),
    ...(terms.policy ? { verified: terms.policy.fingerprint } : {}),
  };
  const record = await options.library.update(object.metadata.name, (known) => {
    const { candidate: _installed, rejected: _older, ...rest } = own(known, object);
    const before = rest.current;
    const isNew = before !== undefined && before.digest !== installation.digest;
    return {
      ...rest,
      current: installation,
      generation: object.metadata.generation ?? 0,
      ...(isNew ? { previous: before } : {}),
    };
  });
  await place(object, record, { terms, options });
  return record;
}

/** The registry means what is installed again: what was rolled back is history. */
async function forgive({ object, record }: Update, { library }: InstallOptions) {
  if (!record?.rejected) return record;
  return library.update(object.metadata.name, (known) => {
    const { rejected: _older, ...rest } = own(known, object);
    return rest;
  });
}

/** The record, unless it is that of an object that had the same name. */
export function own(record: InstallRecord | undefined, { metadata }: Plugin): InstallRecord {
  const uid = metadata.uid ?? '';
  return record?.uid === uid ? record : { uid };
}

async function verifyImage(run: Update, target: Target): Promise<void> {
  const { client, terms } = run;
  const { policy } = terms;
  if (!policy) return;
  const { registry, name, digest } = target;
  await during(run, 'VerificationError', (signal) =>
    verifyCosign({ client, ref: { registry, name }, digest, policy: policy.signers, signal }),
  );
}

/** In a range, a tag that went away does not bring an older version back. */
function isLower({ ranged, tag = '' }: Target, { object, record }: Update): boolean {
  const running = record?.current?.tag;
  return ranged && running !== undefined && !specChanged(object, record) && isBelow(tag, running);
}

function specChanged({ metadata }: Plugin, record: InstallRecord | undefined): boolean {
  return record?.generation !== metadata.generation;
}

function isBelow(version: string, other: string): boolean {
  const [a, b] = [parseVersion(version), parseVersion(other)];
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0;
}

/** One operation, with the time that the spec allows for it and the reason that its failure has. */
async function during<R>(
  { object: { spec }, signal }: Update,
  reason: string,
  work: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const timeout = spec.timeout ?? '60s';
  const limit = AbortSignal.timeout(parseDuration(timeout));
  try {
    return await work(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal.aborted) throw error;
    throw limit.aborted ? pullTimedOut(spec.source.url, timeout) : failedAs(error, reason);
  }
}
