import { Alert } from '@flux-host/crds/index.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { alert as kind } from '../../kinds/alert.ts';
import { preview } from '../texts.ts';
import { labelsFrom, nameToCreate } from './common.ts';
import { generate } from './generate.ts';
import { kindNameAndNamespace } from './object-reference.ts';

function fromFlags(invocation: Invocation): object {
  const { flags } = invocation;
  const provider = flags.text('provider-ref');
  if (!provider) throw usageError('provider ref is required');
  const eventSources = flags.list('event-source').map(kindNameAndNamespace);
  if (eventSources.length === 0) throw usageError('at least one event source is required');
  const eventSeverity = flags.text('event-severity');
  return { providerRef: { name: provider }, ...(eventSeverity && { eventSeverity }), eventSources };
}

/** `flux create alert` */
export const createAlert: Command = {
  name: 'alert',
  usage: '[name]',
  short: 'Create or update a Alert resource',
  long: preview('The create alert command generates a Alert resource.'),
  example: `  # Create an Alert for kustomization events
  flux create alert \\
  --event-severity info \\
  --event-source Kustomization/flux-system \\
  --provider-ref slack \\
  flux-system`,
  flags: {
    'provider-ref': { type: 'string', about: 'reference to provider' },
    'event-severity': {
      type: 'string',
      about: 'severity of events to send alerts for',
      choices: ['info', 'error'],
    },
    'event-source': {
      type: 'list',
      about: 'sources that should generate alerts (<kind>/<name>), also accepts comma-separated values',
    },
  },
  async run(invocation) {
    const name = nameToCreate(invocation);
    const spec = fromFlags(invocation);
    const metadata = { name, namespace: invocation.namespace, ...labelsFrom(invocation.flags) };
    await generate(kind, { apiVersion: Alert.apiVersion, kind: Alert.kind, metadata, spec }, invocation);
  },
};
