import type { FluxEvent } from '@flux-host/sdk/typescript';
import { metadataOf } from './event.ts';
import { objectName } from './naming.ts';

/** What differs between services that understand Slack's messages. */
export interface SlackStyle {
  readonly channel?: string | undefined;
  readonly username?: string | undefined;
  readonly color: string;
  readonly fallback?: string;
}

/** A message in the form of Slack, which others understand too. */
export function slackPayload(event: FluxEvent, { channel, username, color, fallback }: SlackStyle) {
  return {
    channel: channel ?? '',
    username: username ?? '',
    icon_url: '',
    icon_emoji: '',
    attachments: [
      {
        fallback: fallback ?? '',
        color,
        author_name: objectName(event),
        text: event.message,
        mrkdwn_in: ['text'],
        fields: metadataOf(event).map(([title, value]) => ({ title, value, short: false })),
      },
    ],
  };
}
