import { defineSource } from '@flux-host/sdk/typescript';
import { explained, refused, tooLarge } from './refused.ts';
import { conditionsOf, validatorsOf } from './validators.ts';
import { wantedOf } from './wanted.ts';

/**
 * Helm's HTTP repositories. What a repository has is known only once its index was read, so `resolve` asks nobody; `fetch` writes the index, or one
 * chart of it, below `/out`. With the validators of the index that the host has it asks whether there is another one.
 */
export default defineSource({
  name: 'helm-repository',
  type: 'HelmRepository',
  requests: {
    // Charts, and where servers redirect to, may be anywhere. Credentials go only to the address that the host names.
    network: ['$address', '*'],
    credentials: [
      { requires: ['username', 'password'], basic: { usernameKey: 'username', passwordKey: 'password' } },
    ],
    memory: '32Mi',
    timeout: '30m',
  },
  resolve: () => ({ revision: 'latest' }),
  async fetch({ spec, revision, resolved }) {
    const { chart, maxBytes, validators } = wantedOf(resolved);
    const url = chart?.url ?? indexUrl(spec['url']);
    const conditions = validators && revision !== undefined ? conditionsOf(validators) : {};
    const headers = { 'User-Agent': 'flux-host', ...conditions };
    const response = await explained(() => fetch(url, { headers }));
    if (response.status === 304 && revision !== undefined) return { revision, state: validators };
    if (response.status !== 200) throw refused(response);
    checkLength(response, maxBytes);
    const path = chart ? '/out/chart.tgz' : '/out/index.yaml';
    const { digest } = await explained(() =>
      response.save(path, {
        ...(maxBytes === undefined ? {} : { maxBytes }),
        ...(chart?.digest === undefined ? {} : { digest: chart.digest }),
      }),
    );
    const found = chart ? undefined : validatorsOf(response.headers);
    return { revision: digest, ...(found ? { state: found } : {}) };
  },
});

function indexUrl(address: unknown): string {
  const url = new URL(String(address));
  url.pathname = `${url.pathname}/index.yaml`.replace(/\/{2,}/g, '/');
  return url.toString();
}

/** Says so before the first byte where the server tells how many there are. */
function checkLength({ headers, url }: Response, maxBytes: number | undefined): void {
  const length = Number(headers.get('content-length') ?? 0);
  if (maxBytes !== undefined && length > maxBytes)
    throw tooLarge(`${url} has ${length} bytes, more than ${maxBytes}`);
}
