import { FluxError } from '../errors/flux-error.ts';
import { createRedactor } from '../observability/redact.ts';

/**
 * Takes decrypted values out of a text. They are masked where the text could have one of them, not in every text of the process: many are
 * ordinary words.
 */
export function masked(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor.redact(text);
}

/** Does something with decrypted values. @throws what the work throws, without the values */
export async function withoutSecrets<T>(secrets: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withoutSecretsIn(error, secrets);
  }
}

/** The error itself when none of the values is in it. */
export function withoutSecretsIn(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const message = masked(error.message, secrets);
  if (message === error.message || !(error instanceof FluxError)) return error;
  const { code, hint, object, reason, terminal, retryAfterMs } = error;
  // Without the cause, which has them, too.
  return new FluxError(code, message, {
    ...(hint ? { hint } : {}),
    ...(object ? { object } : {}),
    ...(reason ? { reason } : {}),
    ...(terminal ? { terminal } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
