import type { FluxEvent } from '@flux-host/sdk/typescript';
import { metadataOf } from '../notifier-common/event.ts';
import { isError, objectName } from '../notifier-common/naming.ts';

/** A card of version 1 of the API, with all fields as Flux sends them. */
export function card(event: FluxEvent) {
  const { message } = event;
  const text = isError(event) ? `<font color="#ff0000">${message}</font>` : message;
  const pairs = metadataOf(event).map(([key, value]) => widget({ keyValue: pair(key, value) }));
  return {
    header: {
      title: objectName(event),
      subtitle: event.reportingController,
      imageUrl: null,
      imageStyle: null,
    },
    sections: [
      { header: '', widgets: [widget({ textParagraph: { text } })] },
      ...(pairs.length > 0 ? [{ header: '', widgets: pairs }] : []),
    ],
  };
}

const pair = (topLabel: string, content: string) => ({
  topLabel,
  content,
  contentMultiline: false,
  bottomLabel: null,
  icon: null,
});

function widget(content: { textParagraph?: unknown; keyValue?: unknown }) {
  return { textParagraph: null, keyValue: null, ...content };
}
