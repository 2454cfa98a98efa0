import { decodeRelease } from '@flux-host/host/helm/release-secret.ts';
import { snapshotOf } from '@flux-host/host/reconcile/helm-release/history.ts';
import { ObserveResponse } from '@flux-host/sdk/contract/chart.ts';
import type { OpenPlugin } from '@flux-host/sdk/testing';
import Value from 'typebox/value';
import type { Outcome } from '../asset.ts';
import { compare } from '../diff.ts';
import { call } from './call.ts';

/** A release as Helm stored it, and what upstream makes of it. */
export interface RecordedRelease {
  readonly name: string;
  readonly releaseStorageFile: string;
  readonly expectedConfigDigest?: string;
  readonly expectedObservationDigestSHA256?: string;
  readonly expectedObservationDigestSHA512?: string;
  readonly expectedSnapshot?: Readonly<Record<string, unknown>>;
}

export async function checkRelease(
  plugin: OpenPlugin,
  recorded: RecordedRelease,
  stored: string,
): Promise<Outcome> {
  const release = await decodeRelease(stored.trim());
  const observe = async (how: { ociDigest?: string | undefined; algorithm?: string | undefined } = {}) => {
    const { output, error } = await call(plugin, 'observe', { release, ...how });
    if (error || !Value.Check(ObserveResponse, output)) throw new Error(error ?? 'no answer');
    return output;
  };
  const sha256 = await observe();
  const sha512 = await observe({ algorithm: 'sha512' });
  const unused = () => Promise.reject(new Error('not asked for'));
  const engine = { inspect: unused, compose: unused, render: unused, observe: () => observe() };
  const { expectedSnapshot } = recorded;
  return compare(
    {
      config: recorded.expectedConfigDigest,
      sha256: recorded.expectedObservationDigestSHA256,
      sha512: recorded.expectedObservationDigestSHA512,
      snapshot: expectedSnapshot && present(expectedSnapshot),
    },
    {
      config: sha256.configDigest,
      sha256: sha256.digest,
      sha512: recorded.expectedObservationDigestSHA512 && sha512.digest,
      snapshot: expectedSnapshot && { ...(await snapshotOf(engine, release)) },
    },
  );
}

/** Null stands for a time that there is none of. */
const present = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
