import type { OpenPlugin } from '@flux-host/sdk/testing';

/** What the plugin answers, or why it failed. */
export async function call(
  plugin: OpenPlugin,
  operation: string,
  request: Readonly<Record<string, unknown>>,
): Promise<{ readonly output: Readonly<Record<string, unknown>>; readonly error?: string }> {
  const { output, failure } = await plugin.run({ operation, request });
  return failure ? { output: {}, error: failure.message } : { output: Object(output) };
}
