import type { FluxEvent } from '@flux-host/sdk/typescript';
import { metadataOf } from './event.ts';
import { isError } from './naming.ts';

/** An event as Markdown, for services that render it. */
export function markdown(event: FluxEvent): string {
  const { kind = '', namespace = '', name = '' } = event.involvedObject;
  const lines = metadataOf(event)
    .filter(([key]) => key !== 'change_request')
    .map(([key, value]) => `* \`${key}\`: ${value}\n`);
  return [
    '## Flux Status',
    `${isError(event) ? '⚠️' : 'ℹ️'} ${kind}/${namespace}/${name}`,
    event.message,
    `Metadata:\n${lines.join('')}`,
  ].join('\n\n');
}
