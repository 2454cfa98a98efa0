import { ImageRepository } from '@flux-host/crds/index.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { parseRepository } from '@flux-host/host/oci/reference.ts';
import { usageError } from '../../../command/errors.ts';
import type { Command, FlagValues } from '../../../command/types.ts';
import { imageRepository as kind } from '../../../kinds/image-repository.ts';
import { durationFrom, labelsFrom, nameToCreate } from '../common.ts';
import { generate } from '../generate.ts';

function specFrom(flags: FlagValues): ImageRepository['spec'] {
  const image = flags.text('image');
  if (!image) throw usageError('an image repository (--image) is required');
  try {
    parseRepository(image);
  } catch (error) {
    throw usageError(`unable to parse image value: ${errorText(error)}`);
  }
  const [secret, certificates] = [flags.text('secret-ref'), flags.text('cert-ref')];
  return {
    image,
    interval: durationFrom(flags, 'interval'),
    ...(flags.milliseconds('scan-timeout') > 0 && { timeout: durationFrom(flags, 'scan-timeout') }),
    ...(secret && { secretRef: { name: secret } }),
    ...(certificates && { certSecretRef: { name: certificates } }),
  };
}

/** `flux create image repository` */
export const createImageRepository: Command = {
  name: 'repository',
  usage: '[name]',
  short: 'Create or update an ImageRepository object',
  long: `The create image repository command generates an ImageRepository resource.
An ImageRepository object specifies an image repository to scan.`,
  example: `  # Create an ImageRepository object to scan the alpine image repository:
  flux create image repository alpine-repo --image alpine --interval 20m

  # Create an image repository that uses an image pull secret (assumed to
  # have been created already):
  flux create image repository myapp-repo \\
    --secret-ref image-pull \\
    --image ghcr.io/example.com/myapp --interval 5m

  # Create a TLS secret for a local image registry using a self-signed
  # host certificate, and use it to scan an image. ca.pem is a file
  # containing the CA certificate used to sign the host certificate.
  flux create secret tls local-registry-cert --ca-crt-file ./ca.pem
  flux create image repository app-repo \\
    --cert-ref local-registry-cert \\
    --image local-registry:5000/app --interval 5m`,
  flags: {
    image: { type: 'string', about: 'the image repository to scan; e.g., library/alpine' },
    'secret-ref': {
      type: 'string',
      about: 'the name of a docker-registry secret to use for credentials',
    },
    'cert-ref': { type: 'string', about: 'the name of a secret to use for TLS certificates' },
    'scan-timeout': {
      type: 'duration',
      about: 'a timeout for scanning; this defaults to the interval if not set',
    },
  },
  async run(invocation) {
    const { flags, namespace } = invocation;
    const name = nameToCreate(invocation);
    const object: ImageRepository = {
      apiVersion: ImageRepository.apiVersion,
      kind: ImageRepository.kind,
      spec: specFrom(flags),
      metadata: { name, namespace, ...labelsFrom(flags) },
    };
    await generate(kind, object, invocation, { ready: 'ImageRepository reconciliation completed' });
  },
};
