import { defineReceiver, PluginError } from '@flux-host/sdk/typescript';
import { problemOfEvent } from './check.ts';

export default defineReceiver({
  name: 'receiver-cdevents',
  type: 'cdevents',
  receive(webhook) {
    const problem = problemOfEvent(webhook.json());
    if (problem !== undefined) {
      throw new PluginError(`unable to validate CDEvent event: ${problem}`, {
        hint: 'send events of CDEvents 0.4 as JSON',
      });
    }
    return { event: webhook.header('ce-type') ?? '' };
  },
});
