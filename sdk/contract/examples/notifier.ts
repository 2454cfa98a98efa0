import type { FluxEvent } from '../event.ts';
import type { Example } from './example.ts';

const event: FluxEvent = {
  involvedObject: {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespace: 'flux-system',
    name: 'apps',
    uid: '3a0c6a3e-6a54-4c4e-9b53-4e1f0f1d3a11',
    resourceVersion: '4711',
  },
  severity: 'info',
  timestamp: '2026-03-01T10:00:00Z',
  message: 'Reconciliation finished in 1.2s, next run in 10m0s',
  reason: 'ReconciliationSucceeded',
  metadata: { revision: 'main@sha1:8b5ac0a2f1c5d5b0d4c9f0f0d2c1b0a9e8d7c6b5', cluster: 'staging' },
  reportingController: 'kustomize-controller',
  reportingInstance: 'flux-host-0',
};
const provider = {
  namespace: 'flux-system',
  name: 'chat',
  uid: '9d2f1a54-3f0f-4a53-8b0b-62c9f4b4f4b2',
  type: 'example',
  address: 'https://chat.example.com/hook',
  channel: 'deployments',
  username: 'flux',
};
const alert = { namespace: 'flux-system', name: 'all', uid: 'f6e7c1b0-0a5e-4a3c-8c43-1de5a86cf6d0' };

export const notifierExamples: readonly Example<'notifier'>[] = [
  {
    kind: 'notifier',
    operation: 'notify',
    shows: 'a reconciliation that went well',
    request: { event, provider, alert },
    response: {},
  },
  {
    kind: 'notifier',
    operation: 'notify',
    shows: 'a failure, with a token that the plugin was granted',
    request: {
      event: {
        ...event,
        severity: 'error',
        reason: 'HealthCheckFailed',
        message: 'health check failed: Deployment/apps/web: 0 of 3 replicas are ready',
      },
      provider,
      alert,
      secret: { token: 'czNjcmV0' },
    },
    response: {},
  },
  {
    kind: 'notifier',
    operation: 'notify',
    shows: 'a message in words of the user, for an event without metadata',
    request: {
      event: { ...event, metadata: {} },
      provider,
      alert,
      message: 'staging: Kustomization/apps is ready',
    },
    response: {},
  },
  {
    kind: 'notifier',
    operation: 'notify',
    shows: 'text of other languages, quotes and line breaks',
    request: {
      event: { ...event, message: 'Überprüfung «apps» "failed"\n\t<b>&amp;</b> 日本語 🚀 \\ $HOME {{x}}' },
      provider,
      alert,
    },
    response: {},
  },
  {
    kind: 'notifier',
    operation: 'notify',
    shows: 'a name of a commit status',
    request: { event, provider, alert, commitStatus: 'kustomization/apps/3a0c6a3e' },
    response: { skipped: 'this service has no commit statuses' },
  },
];
