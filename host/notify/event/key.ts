import { createHash } from 'node:crypto';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { controllerMetadata } from './metadata.ts';

/** What makes two events the same for the rate limit, as in Flux. @returns a SHA-256 in hex */
export function eventKey(event: FluxEvent): string {
  const { name = '', namespace = '', kind = '' } = event.involvedObject;
  const metadata = (['originRevision', 'revision', 'token'] as const).flatMap((key) => {
    const value = controllerMetadata(event, key);
    return value === undefined ? [] : [`${key}=${value}`];
  });
  const parts = [
    'event',
    `name=${name}`,
    `namespace=${namespace}`,
    `kind=${kind}`,
    `message=${event.message}`,
    ...metadata,
  ];
  return createHash('sha256').update(parts.join('/')).digest('hex');
}
