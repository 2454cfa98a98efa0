import { FluxError } from '../../errors/flux-error.ts';
import type { FailCondition } from '../source/types.ts';

/** Why there is no chart, in Flux's words: how a message begins, whether only a change of the object helps, and the condition that it goes into. */
const reasons = {
  InvalidChartReference: { summary: 'invalid chart reference', isFinal: true, condition: 'FetchFailed' },
  ChartPullError: { summary: 'chart pull error', isFinal: false, condition: 'FetchFailed' },
  MetadataPatchError: { summary: 'chart metadata patch error', isFinal: true, condition: 'BuildFailed' },
  ValuesFilesError: { summary: 'values files merge error', isFinal: true, condition: 'BuildFailed' },
  DependencyBuildError: { summary: 'dependency build error', isFinal: false, condition: 'BuildFailed' },
  ChartPackageError: { summary: 'chart package error', isFinal: false, condition: 'BuildFailed' },
  ChartVerificationError: {
    summary: 'chart verification error',
    isFinal: false,
    condition: 'BuildFailed',
  },
} as const satisfies Readonly<
  Record<string, { summary: string; isFinal: boolean; condition: FailCondition }>
>;

export type BuildReason = keyof typeof reasons;

const isBuildReason = (reason: string | undefined): reason is BuildReason =>
  reason !== undefined && Object.hasOwn(reasons, reason);

/** The condition that a failure goes into. */
export function conditionOf(error: FluxError): FailCondition {
  return isBuildReason(error.reason) ? reasons[error.reason].condition : 'FetchFailed';
}

/** Gives a failure a reason and its words: `chart pull error: failed to download chart: …`. What is no FluxError stays as it is. */
export function because(reason: BuildReason, error: unknown, doing = ''): unknown {
  if (!(error instanceof FluxError)) return error;
  const { summary, isFinal } = reasons[reason];
  return new FluxError(error.code, `${summary}: ${doing === '' ? '' : `${doing}: `}${error.message}`, {
    reason,
    terminal: isFinal,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}

/** What the plugin of charts says, with the reason that it gives itself. */
export function becauseOfPlugin(error: unknown): unknown {
  if (!(error instanceof FluxError)) return error;
  return because(isBuildReason(error.reason) ? error.reason : 'ChartPackageError', error);
}

/**
 * Runs a part of the work. Its failure gets the reason that it names itself, else the one given; what comes from a login is told apart, as
 * in Flux.
 */
export async function explained<T>(reason: BuildReason, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    if (isBuildReason(error.reason) && error.message.startsWith(reasons[error.reason].summary)) throw error;
    const own = isBuildReason(error.reason) ? error.reason : reason;
    if (!isAboutLogin(error)) throw because(own, error, doing);
    const { summary } = reasons[own];
    throw new FluxError(
      error.code,
      `failed to authenticate with the Helm repository: ${summary}: ${doing}: ${error.message}`,
      {
        reason: authenticationFailed,
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      },
    );
  }
}

const authenticationFailed = 'AuthenticationFailed';

function isAboutLogin({ code, reason, cause }: FluxError): boolean {
  return (
    reason === authenticationFailed ||
    code === 'FLUX_E_OCI_UNAUTHORIZED' ||
    (cause instanceof FluxError && cause.code === 'FLUX_E_EGRESS_TLS')
  );
}
