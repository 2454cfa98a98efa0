import { Bucket } from '../../source/bucket.ts';
import { ExternalArtifact } from '../../source/external-artifact.ts';
import { GitRepository } from '../../source/git-repository.ts';
import { HelmChart } from '../../source/helm-chart.ts';
import { HelmRepository } from '../../source/helm-repository.ts';
import { OCIRepository } from '../../source/oci-repository.ts';
import { ArtifactGenerator } from '../../source-extensions/artifact-generator.ts';
import { samplesOf } from '../sample.ts';

const git = { url: 'https://git.example.com/app.git', interval: '1m' };
const bucket = { bucketName: 'app', endpoint: 'storage.example.com', interval: '1m' };
const chart = { chart: 'app', interval: '1m' };
const source = { alias: 'app', kind: 'GitRepository', name: 'app' } as const;
const copy = [{ from: '@app/**', to: '@artifact/' }];

export const sourceSamples = [
  samplesOf(GitRepository, {
    good: [
      { what: 'an address and an interval', spec: git, defaults: { timeout: '60s' } },
      {
        what: 'everything about a commit',
        spec: {
          ...git,
          url: 'ssh://git@git.example.com:2222/app.git',
          ref: { branch: 'main', commit: '0'.repeat(40) },
          verify: { secretRef: { name: 'keys' } },
          include: [{ repository: { name: 'other' }, toPath: 'vendor' }],
          sparseCheckout: ['deploy'],
        },
        defaults: { 'verify.mode': 'HEAD' },
      },
      { what: 'a cloud identity', spec: { ...git, provider: 'azure', serviceAccountName: 'git' } },
    ],
    bad: [
      { what: 'an scp address', spec: { ...git, url: 'git@git.example.com:app.git' }, says: 'should match' },
      { what: 'no interval', spec: { url: git.url }, says: 'spec.interval: Required value' },
      { what: 'a bare number as interval', spec: { ...git, interval: '60' }, says: 'should match' },
      { what: 'hours as timeout', spec: { ...git, timeout: '1h' }, says: 'should match' },
      { what: 'an unknown provider', spec: { ...git, provider: 'gcp' }, says: 'Unsupported value: "gcp"' },
      {
        what: 'a service account without a cloud',
        spec: { ...git, provider: 'github', serviceAccountName: 'git' },
        says: 'serviceAccountName needs provider azure or aws',
      },
    ],
  }),
  samplesOf(OCIRepository, {
    good: [
      {
        what: 'keyless verification',
        spec: {
          url: 'oci://registry.example.com/app',
          interval: '5m',
          ref: { semver: '>=1.0.0' },
          verify: { provider: 'cosign', matchOIDCIdentity: [{ issuer: '^https://', subject: '.*' }] },
          layerSelector: { operation: 'copy' },
        },
        defaults: { provider: 'generic', timeout: '60s' },
      },
    ],
    bad: [
      {
        what: 'an HTTP address',
        spec: { url: 'https://registry.example.com/app', interval: '5m' },
        says: 'should match',
      },
      {
        what: 'an unknown layer operation',
        spec: {
          url: 'oci://registry.example.com/app',
          interval: '5m',
          layerSelector: { operation: 'unzip' },
        },
        says: 'Unsupported value: "unzip"',
      },
    ],
  }),
  samplesOf(HelmRepository, {
    good: [
      {
        what: 'just an address',
        spec: { url: 'https://charts.example.com' },
        defaults: { provider: 'generic' },
      },
    ],
    bad: [
      {
        what: 'an unknown type',
        spec: { url: 'https://charts.example.com', type: 'git' },
        says: 'Unsupported value',
      },
      { what: 'a file', spec: { url: 'file:///charts' }, says: 'should match' },
    ],
  }),
  samplesOf(HelmChart, {
    good: [
      {
        what: 'a chart of a repository',
        spec: { ...chart, sourceRef: { kind: 'HelmRepository', name: 'charts' } },
        defaults: { version: '*', reconcileStrategy: 'ChartVersion' },
      },
    ],
    bad: [
      {
        what: 'verification of a chart from Git',
        spec: { ...chart, sourceRef: { kind: 'GitRepository', name: 'app' }, verify: { provider: 'cosign' } },
        says: 'verify needs a chart from a HelmRepository of type oci',
      },
      {
        what: 'a chart from an OCIRepository',
        spec: { ...chart, sourceRef: { kind: 'OCIRepository', name: 'app' } },
        says: 'Unsupported value: "OCIRepository"',
      },
    ],
  }),
  samplesOf(Bucket, {
    good: [
      { what: 'an S3 bucket', spec: bucket, defaults: { provider: 'generic', timeout: '60s' } },
      {
        what: 'AWS with its token service',
        spec: { ...bucket, provider: 'aws', sts: { provider: 'aws', endpoint: 'https://sts.example.com' } },
      },
    ],
    bad: [
      {
        what: 'a token service of Google',
        spec: { ...bucket, provider: 'gcp', sts: { provider: 'aws', endpoint: 'https://sts.example.com' } },
        says: 'sts needs provider aws or generic',
      },
      {
        what: 'AWS with LDAP',
        spec: { ...bucket, provider: 'aws', sts: { provider: 'ldap', endpoint: 'https://sts.example.com' } },
        says: 'provider aws needs sts provider aws',
      },
      {
        what: 'S3 with the token service of AWS',
        spec: { ...bucket, sts: { provider: 'aws', endpoint: 'https://sts.example.com' } },
        says: 'provider generic needs sts provider ldap',
      },
      {
        what: 'a Secret for the token service of AWS',
        spec: {
          ...bucket,
          provider: 'aws',
          sts: { provider: 'aws', endpoint: 'https://sts.example.com', secretRef: { name: 'x' } },
        },
        says: 'sts provider aws takes no secretRef',
      },
      {
        what: 'a certificate for the token service of AWS',
        spec: {
          ...bucket,
          provider: 'aws',
          sts: { provider: 'aws', endpoint: 'https://sts.example.com', certSecretRef: { name: 'x' } },
        },
        says: 'sts provider aws takes no certSecretRef',
      },
      {
        what: 'S3 with a service account',
        spec: { ...bucket, serviceAccountName: 'x' },
        says: 'provider generic takes no serviceAccountName',
      },
      {
        what: 'a Secret and a service account',
        spec: { ...bucket, provider: 'gcp', serviceAccountName: 'x', secretRef: { name: 'x' } },
        says: 'set secretRef or serviceAccountName, not both',
      },
    ],
  }),
  samplesOf(ExternalArtifact, {
    good: [{ what: 'an origin', spec: { sourceRef: { kind: 'ArtifactGenerator', name: 'app' } } }],
    bad: [
      {
        what: 'an origin without a kind',
        spec: { sourceRef: { name: 'app' } },
        says: 'spec.sourceRef.kind: Required value',
      },
    ],
  }),
  samplesOf(ArtifactGenerator, {
    good: [
      { what: 'one artifact of one source', spec: { sources: [source], artifacts: [{ name: 'app', copy }] } },
      {
        what: 'an artifact a folder',
        spec: {
          sources: [source],
          pathPattern: '@app/apps/{app}',
          artifacts: [{ name: 'app-{app}', copy, revision: '@app' }],
        },
      },
    ],
    bad: [
      {
        what: 'captures without a pattern',
        spec: { sources: [source], artifacts: [{ name: 'app-{app}', copy }] },
        says: 'names of artifacts must be valid object names unless pathPattern is set',
      },
      {
        what: 'no sources',
        spec: { sources: [], artifacts: [{ name: 'app', copy }] },
        says: 'at least 1 item',
      },
      {
        what: 'a destination outside of the artifact',
        spec: { sources: [source], artifacts: [{ name: 'app', copy: [{ from: '@app/**', to: '/tmp' }] }] },
        says: 'should match',
      },
    ],
  }),
];
