import { OCIRepository } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command, FlagValues, Invocation } from '../../command/types.ts';
import { exported } from '../../kinds/canonical.ts';
import { ociRepository } from '../../kinds/oci-repository.ts';
import { yamlDocument } from '../../output/document.ts';
import { durationFrom, labelsFrom, nameToCreate } from './common.ts';
import { sourceOciFlags } from './source-oci-flags.ts';
import { upsert, waitReady } from './upsert.ts';
import { verifyFrom } from './verification.ts';

type Spec = OCIRepository['spec'];
const providers = ['generic', 'aws', 'azure', 'gcp'] as const;

function referenceFrom(flags: FlagValues): NonNullable<Spec['ref']> {
  const [digest, semver, tag] = ['digest', 'tag-semver', 'tag'].map((name) => flags.text(name));
  if (!digest && !semver && !tag) throw usageError('--tag, --tag-semver or --digest is required');
  return { ...(digest && { digest }), ...(semver && { semver }), ...(tag && { tag }) };
}

function layerFrom(flags: FlagValues): Spec['layerSelector'] {
  const text = flags.text('layer-selector');
  if (!text) return undefined;
  const colon = text.indexOf(':');
  const [mediaType, operation] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  if (!mediaType || !operation)
    throw usageError(`invalid --layer-selector "${text}": must be in the format '<media-type>:<operation>'`);
  if (operation !== 'extract' && operation !== 'copy')
    throw usageError(`invalid --layer-selector "${text}": operation must be "extract" or "copy"`);
  return { mediaType, operation };
}

/** The object that the flags describe. */
function fromFlags(invocation: Invocation): OCIRepository {
  const { flags, namespace } = invocation;
  const name = nameToCreate(invocation);
  const url = flags.text('url');
  if (!url) throw usageError('url is required');
  const ref = referenceFrom(flags);
  const layerSelector = layerFrom(flags);
  const verify = verifyFrom(flags);
  const ignore = flags.list('ignore-paths');
  const named = (flag: string) => (flags.text(flag) ? { name: flags.text(flag) } : undefined);
  const [secretRef, proxySecretRef, certSecretRef] = ['secret-ref', 'proxy-secret-ref', 'cert-ref'].map(
    named,
  );
  const provider = providers.find((each) => each === flags.text('provider'));
  return {
    apiVersion: OCIRepository.apiVersion,
    kind: OCIRepository.kind,
    metadata: { name, namespace, ...labelsFrom(flags) },
    spec: {
      url,
      interval: durationFrom(flags, 'interval'),
      ref,
      ...(provider && { provider }),
      ...(layerSelector && { layerSelector }),
      ...(flags.is('insecure') && { insecure: true }),
      ...(ignore.length > 0 && { ignore: ignore.join('\n') }),
      ...(flags.milliseconds('fetch-timeout') > 0 && { timeout: durationFrom(flags, 'fetch-timeout') }),
      ...(flags.text('service-account') && { serviceAccountName: flags.text('service-account') }),
      ...(secretRef && { secretRef }),
      ...(proxySecretRef && { proxySecretRef }),
      ...(certSecretRef && { certSecretRef }),
      ...(verify && { verify }),
    },
  };
}

/** `flux create source oci` */
export const createSourceOci: Command = {
  name: 'oci',
  usage: '[name]',
  short: 'Create or update an OCIRepository',
  long: 'The create source oci command generates an OCIRepository resource and waits for it to be ready.',
  example: `  # Create an OCIRepository for a public container image
  flux create source oci podinfo \\
    --url=oci://registry.example.com/manifests/podinfo \\
    --tag=6.6.2 \\
    --interval=10m

  # Create an OCIRepository with OIDC signature verification
  flux create source oci podinfo \\
    --url=oci://registry.example.com/manifests/podinfo \\
    --tag=6.6.2 \\
    --interval=10m \\
    --verify-provider=cosign \\
    --verify-subject="^https://github.com/example/podinfo/.github/workflows/release.yml@refs/tags/6.6.2$" \\
    --verify-issuer="^https://token.actions.githubusercontent.com$"

  # Create an OCIRepository for a Helm chart layer
  flux create source oci valkey-cluster \\
    --url=oci://registry.example.com/charts/valkey \\
    --tag=0.11.6 \\
    --layer-selector=application/vnd.cncf.helm.chart.content.v1.tar+gzip:copy`,
  flags: sourceOciFlags,
  async run(invocation) {
    const { flags, log, io } = invocation;
    const object = fromFlags(invocation);
    const document = () => yamlDocument(exported(OCIRepository, object, ociRepository.pointers));
    if (flags.is('export')) return io.out(document());
    if (flags.is('verbose')) io.out(document());
    log.action('applying OCIRepository');
    log.success(`OCIRepository ${await upsert(OCIRepository, object, invocation)}`);
    log.waiting('waiting for OCIRepository reconciliation');
    const ready = await waitReady(OCIRepository, object, invocation);
    log.success('OCIRepository reconciliation completed');
    const revision = stringAt(ready, 'status', 'artifact', 'revision');
    if (!revision) throw commandError('FLUX_E_CLI_NO_ARTIFACT', 'no artifact was found');
    log.success(`fetched revision: ${revision}`);
  },
};
