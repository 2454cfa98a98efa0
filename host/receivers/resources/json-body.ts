import type { WebhookRequest } from '../types.ts';

/**
 * What filters see as `req`: the body when its content type says that it is JSON, else an empty object.
 * @throws Error when it says so and is not
 */
export function jsonBody({ headers, body }: WebhookRequest): unknown {
  const types = (headers['content-type']?.[0] ?? '').split(',').map((type) => type.split(';', 1)[0]?.trim());
  if (!types.some((type) => type?.toLowerCase() === 'application/json')) return {};
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error('it is not a JSON object');
  return value;
}
