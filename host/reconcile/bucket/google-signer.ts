import { googleKeyToken } from '../../cloud/google-key.ts';
import { KeptTokens } from '../../cloud/kept-tokens.ts';
import type { SignRequest } from '../../sandbox/types.ts';
import type { SignerContext } from './access.ts';
import { badSecret } from './errors.ts';

const scope = 'https://www.googleapis.com/auth/devstorage.read_only';
/** Tokens for credentials of Secrets; Flux has them outside of its cache, too. */
const kept = new KeptTokens<string>({ cacheSize: 100, cacheMs: 3_600_000 });

/** Adds an access token of Google Cloud: for the key in the Secret, or by workload identity. */
export async function googleSigner(context: SignerContext): Promise<SignRequest | undefined> {
  const { secret, object, egress, tokens, account, redactor, signal } = context;
  const via = { ...(context.proxy ? { proxy: context.proxy } : {}), signal };
  const json = secret?.['serviceaccount'];
  if (secret && json === undefined) {
    throw badSecret(
      `invalid '${object.spec.secretRef?.name}' secret data: required fields 'serviceaccount'`,
      'put the JSON key of the service account there',
    );
  }
  const token = async () => {
    if (json === undefined) return tokens.token({ cloud: 'gcp', scope, account, ...via });
    return kept.get([json], async () => {
      const given = await googleKeyToken(egress, { json, scope, ...via });
      redactor.add(given.value);
      return given;
    });
  };
  // An emulator asks for nothing, and there is nobody to give a token to it.
  if (json === undefined && context.address.startsWith('http:')) return undefined;
  await token();
  return async () => ({ headers: { authorization: `Bearer ${await token()}` } });
}
