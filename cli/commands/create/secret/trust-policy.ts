import { isRecord } from '@flux-host/host/json.ts';
import { trustPolicyFault } from '@flux-host/host/signature/notation/policy-rules.ts';
import { usageError } from '../../../command/errors.ts';

/**
 * Checks a trust policy of Notation by the rules of the specification ("Trust store and trust policy", version 1.0), so
 * that one that Notation would not accept does not reach the cluster. Wordings are notation-go's.
 * @param path of the file, for messages
 * @throws FluxError FLUX_E_CLI_USAGE
 */
export function checkTrustPolicy(text: string, path: string): void {
  const document = decoded(text, path);
  const fault = trustPolicyFault(document);
  if (fault) throw usageError(`invalid trust policy: ${fault}`);
}

function decoded(text: string, path: string): unknown {
  const fail = (why: string) => usageError(`failed to unmarshal trust policy ${path}: ${why}`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw fail(error instanceof Error ? error.message : 'it is not JSON');
  }
  if (!isRecord(document)) {
    const kind = Array.isArray(document) ? 'array' : typeof document === 'boolean' ? 'bool' : typeof document;
    throw fail(`json: cannot unmarshal ${kind} into Go value of type trustpolicy.Document`);
  }
  return document;
}
