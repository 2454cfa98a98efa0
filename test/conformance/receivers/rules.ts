import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { checkClaims, claimRules, expressionsOf } from '@flux-host/host/receivers/expressions.ts';
import { resourceFilters } from '@flux-host/host/receivers/resources/filter.ts';
import { webhookPath } from '@flux-host/host/receivers/webhook-path.ts';
import { fail, type Outcome, pass } from '../asset.ts';
import { compare } from '../diff.ts';
import { receiverIn } from './vectors.ts';

type Provider = NonNullable<Receiver['spec']['oidcProviders']>[number];

export interface ClaimsInput {
  readonly provider: Provider;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly errContains?: string;
}

export interface StackingInput {
  readonly topFilter?: string;
  readonly perResource?: string;
}

/** What work throws has to hold the text; nothing thrown is right where no text is expected. */
function expectError(wanted: string | undefined, work: () => void): Outcome {
  try {
    work();
  } catch (error) {
    const text = errorText(error);
    if (wanted === undefined) return fail(`expected no error, got "${text}"`);
    return text.includes(wanted) ? pass : fail(`expected the error "${wanted}", got "${text}"`);
  }
  return wanted === undefined ? pass : fail(`expected the error "${wanted}", got none`);
}

export function checkPath(
  input: { token: string; name: string; namespace: string },
  expected: string,
): Outcome {
  return compare(expected, webhookPath(input.token, input));
}

export function checkClaimRules(
  input: ClaimsInput,
  { expectError: fails }: { expectError: boolean },
): Outcome {
  return expectError(fails ? (input.errContains ?? '') : undefined, () =>
    checkClaims(claimRules(input.provider), input.claims),
  );
}

export function checkFilterExpression(expression: string, wantError: string | undefined): Outcome {
  const receiver = withFilters({ topFilter: expression });
  return expectError(wantError, () => void expressionsOf(receiver));
}

/** The object that upstream's test filters is not part of the vectors. */
const filtered = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'podinfo', namespace: 'default', labels: { team: 'dev' } },
};

export function checkStacking(input: StackingInput, { wantAccept }: { wantAccept: boolean }): Outcome {
  const request = { method: 'POST', headers: {}, body: Buffer.alloc(0) };
  const [filter] = resourceFilters(withFilters(input), { request, webhook: {} });
  return compare(wantAccept, filter === undefined || filter(filtered));
}

function withFilters({ topFilter, perResource }: StackingInput): Receiver {
  return receiverIn('default', {
    metadata: { name: 'filters' },
    spec: {
      type: 'generic',
      ...(topFilter ? { resourceFilter: topFilter } : {}),
      resources: [
        { kind: 'GitRepository', name: 'podinfo', ...(perResource ? { filter: perResource } : {}) },
      ],
    },
  });
}
