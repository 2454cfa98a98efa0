import { HelmRepository } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { secrets } from '../../cluster/resources.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { exported } from '../../kinds/canonical.ts';
import { helmRepository } from '../../kinds/helm-repository.ts';
import { yamlDocument } from '../../output/document.ts';
import { durationFrom, labelsFrom, nameToCreate } from './common.ts';
import { fileText } from './file-text.ts';
import { helmSecret } from './secret/helm.ts';
import { sourceHelmExample, sourceHelmFlags } from './source-helm-flags.ts';
import { upsert, waitReady } from './upsert.ts';

const providers = ['generic', 'aws', 'azure', 'gcp'] as const;

/** @throws FluxError FLUX_E_CLI_USAGE when the address is missing or of no use */
function addressFrom(text: string): URL {
  if (!text) throw usageError('url is required');
  if (!URL.canParse(text)) throw usageError(`url parse failed: "${text}" is not a URL`);
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (!['http', 'https', 'oci'].includes(scheme))
    throw usageError(`url scheme '${scheme}' not supported, can be: http, https and oci`);
  if (!url.host) throw usageError('url host is required');
  return url;
}

/** The object that the flags describe. */
function fromFlags(invocation: Invocation): HelmRepository {
  const { flags, namespace } = invocation;
  const name = nameToCreate(invocation);
  const url = flags.text('url');
  const isOci = addressFrom(url).protocol === 'oci:';
  const provider = providers.find((each) => each === flags.text('oci-provider'));
  const secret = flags.text('secret-ref');
  return {
    apiVersion: HelmRepository.apiVersion,
    kind: HelmRepository.kind,
    metadata: { name, namespace, ...labelsFrom(flags) },
    spec: {
      url,
      interval: durationFrom(flags, 'interval'),
      ...(isOci && { type: 'oci', ...(provider && { provider }) }),
      ...(flags.milliseconds('fetch-timeout') > 0 && { timeout: durationFrom(flags, 'fetch-timeout') }),
      ...(secret && withSecret(secret, invocation)),
    },
  };
}

function withSecret(name: string, { flags }: Invocation): Partial<HelmRepository['spec']> {
  return { secretRef: { name }, ...(flags.is('pass-credentials') && { passCredentials: true }) };
}

/** Puts the credentials that the flags give into a Secret. @returns its name; undefined when there are none */
async function configureLogin(source: string, invocation: Invocation): Promise<string | undefined> {
  const { flags, io, log, namespace } = invocation;
  const read = (flag: string, problem: string) =>
    flags.text(flag) ? fileText(flags.text(flag), problem, io) : '';
  const isPair = flags.text('cert-file') !== '' && flags.text('key-file') !== '';
  const files = {
    ca: await read('ca-file', 'unable to read TLS CA file'),
    cert: isPair ? await read('cert-file', 'failed to read cert file') : '',
    key: isPair ? await read('key-file', 'failed to read key file') : '',
  };
  const login = { username: flags.text('username'), password: flags.text('password') };
  const { type, stringData } = helmSecret(login, files);
  if (Object.keys(stringData).length === 0) return undefined;
  const name = `helm-${source}`;
  log.action('applying secret with repository credentials');
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    ...(type && { type }),
    stringData,
  };
  await upsert(secrets, object, invocation);
  log.success('authentication configured');
  return name;
}

/** `flux create source helm` */
export const createSourceHelm: Command = {
  name: 'helm',
  usage: '[name]',
  short: 'Create or update a HelmRepository source',
  long: `The create source helm command generates a HelmRepository resource and waits for it to fetch the index.
For private Helm repositories, the basic authentication credentials are stored in a Kubernetes secret.`,
  example: sourceHelmExample,
  flags: sourceHelmFlags,
  async run(invocation) {
    const { flags, log, io } = invocation;
    const object = fromFlags(invocation);
    const document = () => yamlDocument(exported(HelmRepository, object, helmRepository.pointers));
    if (flags.is('export')) return io.out(document());
    log.generate('generating HelmRepository source');
    if (!flags.text('secret-ref')) {
      const secret = await configureLogin(object.metadata.name, invocation);
      if (secret) Object.assign(object.spec, withSecret(secret, invocation));
    }
    if (flags.is('verbose')) io.out(document());
    log.action('applying HelmRepository source');
    log.success(`source ${await upsert(HelmRepository, object, invocation)}`);
    log.waiting('waiting for HelmRepository source reconciliation');
    const isStatic = helmRepository.isStatic?.(object) ?? false;
    const ready = isStatic ? object : await waitReady(HelmRepository, object, invocation);
    log.success('HelmRepository source reconciliation completed');
    if (isStatic) return;
    const revision = stringAt(ready, 'status', 'artifact', 'revision');
    if (!revision) {
      throw commandError(
        'FLUX_E_CLI_NO_ARTIFACT',
        'HelmRepository source reconciliation completed but no artifact was found',
      );
    }
    log.success(`fetched revision: ${revision}`);
  },
};
