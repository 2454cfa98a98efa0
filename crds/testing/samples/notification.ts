import { Alert } from '../../notification/alert.ts';
import { Provider } from '../../notification/provider.ts';
import { Receiver } from '../../notification/receiver.ts';
import { samplesOf } from '../sample.ts';

const alert = {
  providerRef: { name: 'chat' },
  eventSources: [{ kind: 'Kustomization', name: '*', matchLabels: { team: 'a' } }],
} as const;
const resources = [{ kind: 'GitRepository', name: 'app' }] as const;
const oidcProviders = [
  { issuerURL: 'https://token.example.com', validations: [{ expression: 'true', message: 'no' }] },
];

export const notificationSamples = [
  samplesOf(Alert, {
    good: [
      {
        what: 'all Kustomizations of a team',
        spec: { ...alert, eventSources: [...alert.eventSources] },
        defaults: { eventSeverity: 'info' },
      },
    ],
    bad: [
      {
        what: 'no provider',
        spec: { eventSources: alert.eventSources },
        says: 'spec.providerRef: Required value',
      },
      {
        what: 'events of Pods',
        spec: { ...alert, eventSources: [{ kind: 'Pod', name: 'x' }] },
        says: 'Unsupported value: "Pod"',
      },
      {
        what: 'an unknown severity',
        spec: { ...alert, eventSeverity: 'warn' },
        says: 'Unsupported value: "warn"',
      },
      {
        what: 'an endless summary',
        spec: { ...alert, summary: 'x'.repeat(256) },
        says: 'may not be more than 255',
      },
    ],
  }),
  samplesOf(Provider, {
    good: [
      { what: 'a type of Flux', spec: { type: 'slack', channel: 'general' } },
      { what: 'a type of Flux with a dot', spec: { type: 'incident.io' } },
      { what: 'a type that a plugin provides', spec: { type: 'mattermost' } },
      { what: 'an expression for commit statuses', spec: { type: 'github', commitStatusExpr: "'x'" } },
    ],
    bad: [
      { what: 'a type that is no name', spec: { type: 'Not a type' }, says: 'should match' },
      {
        what: 'an expression for commit statuses in a chat',
        spec: { type: 'slack', commitStatusExpr: "'x'" },
        says: 'commitStatusExpr needs a type that sets commit statuses',
      },
      {
        what: 'a proxy without a scheme',
        spec: { type: 'slack', proxy: 'proxy:3128' },
        says: 'should match',
      },
    ],
  }),
  samplesOf(Receiver, {
    good: [
      {
        what: 'a webhook of GitHub',
        spec: { type: 'github', resources: [...resources], secretRef: { name: 'token' } },
        defaults: { interval: '10m' },
      },
      {
        what: 'tokens of an OIDC provider',
        spec: { type: 'generic-oidc', resources: [...resources], oidcProviders },
      },
    ],
    bad: [
      {
        what: 'OIDC without a provider',
        spec: { type: 'generic-oidc', resources },
        says: 'type generic-oidc needs oidcProviders',
      },
      {
        what: 'OIDC providers for GitHub',
        spec: { type: 'github', resources, secretRef: { name: 'token' }, oidcProviders },
        says: 'oidcProviders need type generic-oidc',
      },
      {
        what: 'OIDC with a token',
        spec: { type: 'generic-oidc', resources, secretRef: { name: 'token' }, oidcProviders },
        says: 'type generic-oidc takes no secretRef',
      },
      {
        what: 'no token',
        spec: { type: 'generic', resources },
        says: 'secretRef is required unless the type is generic-oidc',
      },
      {
        what: 'the same issuer twice',
        spec: { type: 'generic-oidc', resources, oidcProviders: [...oidcProviders, ...oidcProviders] },
        says: 'Duplicate value',
      },
    ],
  }),
];
