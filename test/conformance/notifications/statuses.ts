import { commitStatusName } from '@flux-host/host/notify/routing/commit-status.ts';
import { compileStatus } from '@flux-host/host/notify/routing/compile-status.ts';
import { notifyRequest } from '@flux-host/host/notify/sending/prepare.ts';
import type { Outcome } from '../asset.ts';
import { fail } from '../asset.ts';
import { compare } from '../diff.ts';
import { alertOf, eventOf, type Loose, type LooseEvent, providerOf } from './objects.ts';

/** The types whose plugins have the trait `commit-status`. */
const statusTypes = ['github', 'gitlab', 'gitea', 'bitbucketserver', 'bitbucket', 'azuredevops'];

interface Case {
  readonly notification: LooseEvent;
  readonly alert?: Loose;
  readonly provider: Loose;
}

export function checkCommitStatus(
  { notification, alert, provider }: Case,
  { wantCommitStatus = '', wantErr = false }: { wantCommitStatus?: string; wantErr?: boolean },
): Outcome {
  const full = providerOf(provider);
  const setsStatus = statusTypes.includes(full.spec.type);
  return outcome(wantErr, wantCommitStatus, () => {
    const subject = {
      event: eventOf(notification),
      alert: alertOf(alert),
      provider: full,
      traits: new Set(setsStatus ? (['commit-status'] as const) : []),
    };
    // Metadata is put together before, and is in this table already.
    if (!setsStatus)
      return notifyRequest(subject, { token: '' }, { compileStatus, report() {} }).commitStatus ?? '';
    return commitStatusName(subject, compileStatus);
  });
}

export function checkExpression(
  { notification, alert, provider, expression }: Case & { expression: string },
  { wantResult = '', wantErr = false }: { wantResult?: string; wantErr?: boolean },
): Outcome {
  const { metadata = {}, spec = {} } = provider;
  const full = providerOf({ metadata, spec: { ...spec, commitStatusExpr: expression } });
  return outcome(wantErr, wantResult, () =>
    commitStatusName({ event: eventOf(notification), alert: alertOf(alert), provider: full }, compileStatus),
  );
}

function outcome(wantErr: boolean, wanted: string, work: () => string): Outcome {
  try {
    const result = work();
    return wantErr ? fail(`expected an error, got ${JSON.stringify(result)}`) : compare(wanted, result);
  } catch (error) {
    return wantErr ? compare(true, error instanceof Error) : fail(String(error));
  }
}
