import type { FluxEvent } from '@flux-host/sdk/typescript';
import { metadataOf } from '../notifier-common/event.ts';
import { isError, objectName } from '../notifier-common/naming.ts';

/** A card for connectors (`MessageCard`). */
export function messageCard(event: FluxEvent) {
  return {
    '@type': 'MessageCard',
    '@context': 'http://schema.org/extensions',
    themeColor: isError(event) ? 'FF0000' : '0076D7',
    summary: objectName(event),
    sections: [
      {
        activityTitle: event.message,
        activitySubtitle: objectName(event),
        facts: metadataOf(event).map(([name, value]) => ({ name, value })),
      },
    ],
  };
}

/** A card for workflows. Teams shows version 1.4 at most. */
export function adaptiveCard(event: FluxEvent) {
  const facts = factsOf(event);
  const items = [
    textBlock(objectName(event), { size: 'large', weight: 'bolder' }),
    textBlock(event.message, isError(event) ? { color: 'attention' } : {}),
    { type: 'FactSet', ...(facts.length > 0 ? { facts } : {}) },
  ];
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'Container', items }],
    msteams: { width: 'Full' },
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}

function textBlock(text: string, style: Readonly<Record<string, string>>) {
  return { type: 'TextBlock', ...(text === '' ? {} : { text }), ...style, wrap: true };
}

/** The summary comes first. */
function factsOf(event: FluxEvent): { title: string; value: string }[] {
  return metadataOf(event)
    .toSorted(([a], [b]) => Number(b === 'summary') - Number(a === 'summary'))
    .map(([title, value]) => ({ title, value }));
}
