import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { helmGroup } from '../../helm/actions/context.ts';
import type { Context } from '../types.ts';
import type { Snapshot } from './history.ts';
import type { Run } from './run.ts';

/** What an event is about, for who sends it on. */
export interface EventFacts {
  /** Version of the chart. */
  readonly revision?: string | undefined;
  /** Tells events of different values apart. */
  readonly token?: string | undefined;
  readonly appVersion?: string | undefined;
  readonly ociDigest?: string | undefined;
}

export const factsOf = (snapshot: Snapshot): EventFacts => ({
  revision: snapshot.chartVersion,
  token: snapshot.configDigest,
  appVersion: snapshot.appVersion,
  ociDigest: snapshot.ociDigest,
});

/** The message of a failure with what the action wrote last, which only the event has. */
export function withLog(message: string, { actionLog }: Pick<Run, 'actionLog'>): string {
  const lines = actionLog.text();
  return lines === '' ? message : `${message}\n\nLast Helm logs:\n\n${lines}`;
}

export function emit(
  { event }: Pick<Context<HelmRelease>, 'event'>,
  { type, reason, message }: { type: 'Normal' | 'Warning' | 'Trace'; reason: string; message: string },
  { revision, token, appVersion, ociDigest }: EventFacts = {},
): void {
  const annotations = {
    ...(revision && { [`${helmGroup}/revision`]: revision }),
    ...(token && { [`${helmGroup}/token`]: token }),
    ...(appVersion && { [`${helmGroup}/app-version`]: appVersion }),
    ...(ociDigest && { [`${helmGroup}/oci-digest`]: ociDigest }),
  };
  event({ type, reason, message, annotations });
}
