import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { Duration, Timestamp } from '../values/scalars.ts';
import { timestamp } from './time-text.ts';

export function isTime(value: CelValue): value is Duration | Timestamp {
  return value instanceof Duration || value instanceof Timestamp;
}

/** @throws EvaluationFailure when it does not fit into 64 bits of nanoseconds */
function duration(nanos: bigint): Duration {
  if (BigInt.asIntN(64, nanos) !== nanos) throw new EvaluationFailure('integer overflow');
  return new Duration(nanos);
}

export function addTime(left: Duration | Timestamp, right: CelValue): CelValue {
  if (left instanceof Duration) {
    if (right instanceof Duration) return duration(left.nanos + right.nanos);
    if (right instanceof Timestamp) return timestamp(left.nanos + right.nanos);
  } else if (right instanceof Duration) return timestamp(left.nanos + right.nanos);
  throw noSuchOverload();
}

export function subtractTime(left: Duration | Timestamp, right: CelValue): CelValue {
  if (left instanceof Duration) {
    if (right instanceof Duration) return duration(left.nanos - right.nanos);
  } else {
    if (right instanceof Timestamp) return duration(left.nanos - right.nanos);
    if (right instanceof Duration) return timestamp(left.nanos - right.nanos);
  }
  throw noSuchOverload();
}
