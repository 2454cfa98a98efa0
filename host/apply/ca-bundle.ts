import { X509Certificate } from 'node:crypto';
import { recordAt } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';

/**
 * Removes a conversion webhook's `caBundle` that is not a bundle of certificates. Manifests carry placeholders there
 * for an injector to fill, which API servers since 1.31 reject. Changes the object.
 */
export function removeInvalidCaBundle(object: KubeObject): void {
  if (object.kind !== 'CustomResourceDefinition' || !object.apiVersion.startsWith('apiextensions.k8s.io/'))
    return;
  const config = recordAt(object, 'spec', 'conversion', 'webhook', 'clientConfig');
  const bundle = config?.['caBundle'];
  if (config && typeof bundle === 'string' && bundle !== '' && !isCaBundle(bundle)) delete config['caBundle'];
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const certificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

function isCaBundle(encoded: string): boolean {
  const compact = encoded.replace(/[\r\n]/g, '');
  if (!base64.test(compact)) return false;
  const certificates = Buffer.from(compact, 'base64').toString('latin1').match(certificate) ?? [];
  return certificates.length > 0 && certificates.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
