import { isKube, KubeError } from './errors.ts';
import { jitter } from './retry.ts';

/** What to do after an interruption of a watch. */
export interface Recovery {
  readonly delayMs: number;
  /** The resourceVersion is of no use any more: list everything. */
  readonly relist: boolean;
}

/** Decides how a reflector goes on after failures in a row. */
export interface RecoveryPolicy {
  /** Something arrived: the next failure is a first one again. */
  succeeded(): void;
  failed(error: unknown): Recovery;
  /** The server ended a watch properly but at once, with nothing in it. */
  endedEarly(): Recovery;
}

const firstMs = 50;
/** A lost connection: the server is probably back in a moment, and every moment is one of blindness. */
const lostMaxMs = 3_000;
/** The server answers, and the answer is no: asking often does not help. */
const refusedMaxMs = 30_000;
/** So many refusals in a row and the resourceVersion is given up, e.g. because etcd was restored and has not reached it. */
const refusalsBeforeRelist = 3;

export function createRecoveryPolicy(): RecoveryPolicy {
  let failures = 0;
  let refusals = 0;

  function backoff(maxMs: number): number {
    const delayMs = jitter(Math.min(firstMs * 2 ** Math.min(failures, 16), maxMs));
    failures += 1;
    return delayMs;
  }

  return {
    succeeded() {
      failures = 0;
      refusals = 0;
    },
    failed(error) {
      if (isKube(error, 'gone')) {
        // Expiry is an ordinary event: go on at once, unless it repeats.
        const delayMs = failures === 0 ? 0 : backoff(lostMaxMs);
        failures = Math.max(failures, 1);
        return { delayMs, relist: true };
      }
      if (isKube(error, 'unreachable')) return { delayMs: backoff(lostMaxMs), relist: false };
      if (isKube(error, 'tooManyRequests')) {
        const delayMs = backoff(lostMaxMs);
        return {
          delayMs: error.retryAfterMs === undefined ? delayMs : jitter(error.retryAfterMs),
          relist: false,
        };
      }
      refusals += 1;
      const unusable = !(error instanceof KubeError) || error.code === 'FLUX_E_KUBE_MALFORMED';
      return { delayMs: backoff(refusedMaxMs), relist: unusable || refusals >= refusalsBeforeRelist };
    },
    endedEarly: () => ({ delayMs: backoff(lostMaxMs), relist: false }),
  };
}
