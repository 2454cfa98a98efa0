import { credentialsFor } from '../sops/keys/credentials.ts';
import { createDecryptions, type Decryptions } from '../sops/keys/decryptions.ts';
import type { Parts } from './controllers/parts.ts';

/** What Kustomizations are decrypted with. */
export function decryptionsOf({
  options,
  platform,
  services,
}: Pick<Parts, 'options' | 'platform' | 'services'>): Decryptions {
  const { client, redactor, metrics } = platform;
  const { plugins, egress, aws } = services;
  const { vaultConfigMap } = options.decryption;
  const { env } = process;
  const secret = (value: string) => redactor.add(value);
  const vaultToken = env['VAULT_TOKEN'];
  if (vaultToken) secret(vaultToken);
  const credentials = credentialsFor({
    aws,
    ...(vaultConfigMap ? { vault: { client, redactor, egress, configMap: vaultConfigMap } } : {}),
    ...(vaultToken ? { vaultToken } : {}),
  });
  return createDecryptions({
    ...options.decryption,
    client,
    redactor,
    plugins,
    credentials,
    metrics: metrics.dataKeyCache,
  });
}
