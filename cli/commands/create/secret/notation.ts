import { basename } from 'node:path';
import { usageError } from '../../../command/errors.ts';
import type { Command, Invocation } from '../../../command/types.ts';
import { preview } from '../../texts.ts';
import { nameToCreate } from '../common.ts';
import { fileText } from '../file-text.ts';
import { publishSecret } from './publish.ts';
import { checkTrustPolicy } from './trust-policy.ts';

/** Certificates by the names of their files, under which the Secret has them. */
async function certificates(paths: readonly string[], { io }: Invocation): Promise<Record<string, string>> {
  const wrong = paths.map((path) => basename(path)).filter((name) => !/\.(crt|pem)$/.test(name));
  if (wrong.length > 0) {
    throw usageError(wrong.map((name) => `${name} must end with either .crt or .pem`).join('\n'));
  }
  const read = paths.map(
    async (path) => [basename(path), await fileText(path, 'unable to read TLS CA file', io)] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

/** `flux create secret notation` */
export const createSecretNotation: Command = {
  name: 'notation',
  usage: '[name]',
  short: 'Create or update a Kubernetes secret for verifications of artifacts signed by Notation',
  long: preview(
    'The create secret notation command generates a Kubernetes secret with root ca certificates and trust policy.',
  ),
  example: `  # Create a Notation configuration secret on disk and encrypt it with SOPS
  flux create secret notation my-notation-cert \\
    --namespace=my-namespace \\
    --trust-policy-file=./my-trust-policy.json \\
    --ca-cert-file=./my-cert.crt \\
    --export > my-notation-cert.yaml

  sops --encrypt --encrypted-regex '^(data|stringData)$' \\
    --in-place my-notation-cert.yaml`,
  flags: {
    'trust-policy-file': { type: 'string', about: 'notation trust policy file path' },
    'ca-cert-file': { type: 'list', about: 'root ca cert file path' },
  },
  async run(invocation) {
    const { flags, io } = invocation;
    const name = nameToCreate(invocation);
    const paths = flags.list('ca-cert-file');
    if (paths.length === 0) throw usageError('--ca-cert-file is required');
    const policyPath = flags.text('trust-policy-file');
    if (!policyPath) throw usageError('--trust-policy-file is required');
    const policy = await fileText(policyPath, 'unable to read trust policy file', io);
    checkTrustPolicy(policy, policyPath);
    const stringData = { ...(await certificates(paths, invocation)), 'trustpolicy.json': policy };
    await publishSecret('notation configuration', { name, stringData }, invocation);
  },
};
