import { PluginError } from '@flux-host/sdk/typescript';

/**
 * A setting that cannot work, with Flux's words for it.
 * @param hint what to do about it
 */
export function invalid(message: string, hint?: string): PluginError {
  return new PluginError(message, {
    reason: 'InvalidConfig',
    terminal: true,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Does something, and says with which intention in the errors of it. */
export async function within<T>(intention: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new PluginError(intention, { cause });
  }
}

/** An event that this service has no word for, or that lacks what the service needs. Another attempt would end the same. */
export function unfit(message: string): PluginError {
  return new PluginError(message, { terminal: true });
}
