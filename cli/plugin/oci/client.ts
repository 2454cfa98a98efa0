import { createOciClient } from '@flux-host/host/oci/client.ts';
import { passwordFor } from '@flux-host/host/oci/credentials.ts';
import type { OciClient, RegistryAccess, Repository } from '@flux-host/host/oci/types.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import type { Invocation } from '../../command/types.ts';
import type { Io } from '../../io.ts';
import { readInput } from '../wasm/module.ts';
import { dockerCredentials } from './docker-config.ts';

type Context = Pick<Invocation, 'flags' | 'io'>;

/** Reaches a repository as the flags and the environment say; what is open is closed after `work`. */
export async function withRegistry<T>(
  repository: Repository,
  context: Context,
  work: (client: OciClient) => Promise<T>,
): Promise<T> {
  const access = await accessTo(repository, context);
  const egress = createEgress();
  try {
    return await work(createOciClient({ egress, access }));
  } finally {
    await egress.close();
  }
}

async function accessTo(repository: Repository, { flags, io }: Context): Promise<RegistryAccess> {
  const [username = '', ...password] = flags.text('creds').split(':');
  const credentials = flags.text('creds')
    ? passwordFor(repository.registry, username, password.join(':'))
    : await dockerCredentials(repository, io.env);
  const file = flags.text('ca-file');
  const proxy = proxyFor(repository.registry, io.env);
  return {
    credentials,
    ...(flags.is('insecure-registry') && { insecure: true }),
    ...(file && { tls: { ca: (await readInput(file, io.cwd)).toString('utf8') } }),
    ...(proxy && { proxy: { url: proxy } }),
  };
}

/** The proxy that the environment names for a registry, as curl and Go read it. */
function proxyFor(registry: string, env: Io['env']): string | undefined {
  const proxy = env['https_proxy'] || env['HTTPS_PROXY'];
  const host = registry.replace(/:\d+$/, '');
  if (!proxy || host === 'localhost' || /^127\.|^\[::1\]$/.test(host)) return undefined;
  const exceptions = (env['no_proxy'] || env['NO_PROXY'] || '')
    .split(',')
    .map((each) => each.trim().replace(/^\./, ''))
    .filter(Boolean);
  const isException = exceptions.some(
    (each) => each === '*' || each === registry || host === each || host.endsWith(`.${each}`),
  );
  return isException ? undefined : proxy;
}
