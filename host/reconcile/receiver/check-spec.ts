import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { specInvalid } from '../../receivers/errors.ts';
import { expressionsOf } from '../../receivers/expressions.ts';

/**
 * Finds what cannot work in a spec. The schema says most of it too; a cluster may have an older one.
 * @throws FluxError, terminal, reason ValidationFailed or InvalidCELExpression
 */
export function checkSpec(receiver: Receiver): void {
  const { type, oidcProviders = [], secretRef } = receiver.spec;
  const oidc = type === 'generic-oidc';
  if (oidc && oidcProviders.length === 0)
    throw specInvalid('generic-oidc receiver requires at least one oidcProvider');
  if (!oidc && oidcProviders.length > 0)
    throw specInvalid('oidcProviders can only be set when type is generic-oidc');
  if (oidc && secretRef) throw specInvalid('secretRef cannot be set when type is generic-oidc');
  if (!oidc && !secretRef) throw specInvalid('secretRef is required when type is not generic-oidc');
  const seen = new Set<string>();
  for (const [index, { issuerURL, validations }] of oidcProviders.entries()) {
    const where = `oidcProviders[${index}]`;
    if (!URL.canParse(issuerURL) || !/^https?:\/\//.test(issuerURL))
      throw specInvalid(`${where}: issuerURL "${issuerURL}" must start with http:// or https://`);
    if (seen.has(issuerURL)) throw specInvalid(`${where}: duplicate issuerURL "${issuerURL}"`);
    seen.add(issuerURL);
    if (!validations?.length) {
      throw specInvalid(
        `${where} (issuerURL="${issuerURL}"): at least one validation is required; without validations any caller able to obtain a token from this issuer can trigger the Receiver`,
      );
    }
  }
  expressionsOf(receiver);
}
