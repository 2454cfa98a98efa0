import type { ImagePolicy } from '@flux-host/crds/image/image-policy.ts';
import { errorText } from '../../errors/text.ts';
import { parseRange } from '../../semver/range.ts';
import { compareVersions, parseVersion, type Version } from '../../semver/version.ts';
import { invalidPolicy, noCandidate } from '../errors.ts';

/** Picks one of several values. */
export type Choice = (values: readonly string[]) => string;

type Policy = Omit<ImagePolicy['spec']['policy'], 'plugin'>;

/**
 * The choice that a policy of Flux stands for.
 * @throws FluxError FLUX_E_IMAGE_POLICY; the choice itself FLUX_E_IMAGE_NO_TAG
 */
export function choiceOf({ semver, alphabetical, numerical }: Policy): Choice {
  if (semver) return bySemver(semver.range);
  if (alphabetical) return alphabetically(orderOf(alphabetical.order));
  if (numerical) return numerically(orderOf(numerical.order));
  throw invalidPolicy(
    'given ImagePolicy object is invalid: spec.policy has none of semver, alphabetical, numerical and plugin',
  );
}

function bySemver(range: string): Choice {
  const inRange = readRange(range);
  return (values) => {
    requireSome(values);
    let best: Version | undefined;
    for (const value of values) {
      const version = parseVersion(value);
      if (version && inRange(version) && (!best || compareVersions(version, best) > 0)) best = version;
    }
    if (!best) throw noCandidate('unable to determine latest version from provided list');
    return best.original;
  };
}

function readRange(range: string) {
  try {
    return parseRange(range);
  } catch (error) {
    throw invalidPolicy(errorText(error));
  }
}

function alphabetically(order: 'asc' | 'desc'): Choice {
  return (values) => {
    requireSome(values);
    return values.reduce((best, value) => ((order === 'asc' ? value > best : value < best) ? value : best));
  };
}

/** A value that is no number ends the choice, as in Flux: it is a sign of a missing filter. Of equal numbers the later wins. */
function numerically(order: 'asc' | 'desc'): Choice {
  return (values) => {
    requireSome(values);
    const numbers = values.map((value) => ({ value, number: parseNumber(value) }));
    const best = numbers.reduce((found, one) => {
      const better = order === 'asc' ? one.number >= found.number : one.number <= found.number;
      return better ? one : found;
    });
    return best.value;
  };
}

const number = /^[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function parseNumber(value: string): number {
  if (!number.test(value) || value.includes('_'))
    throw noCandidate(`failed to parse invalid numeric value '${value}'`);
  return Number(value);
}

function orderOf(order = 'asc'): 'asc' | 'desc' {
  const lower = order.toLowerCase();
  if (lower === 'asc' || lower === 'desc') return lower;
  if (lower === '') return 'asc';
  throw invalidPolicy(`invalid order argument provided: '${order}', must be one of: asc, desc`);
}

function requireSome(values: readonly string[]): void {
  if (values.length === 0) throw noCandidate('version list argument cannot be empty');
}
