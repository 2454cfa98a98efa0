import { createOciClient } from '@flux-host/host/oci/client.ts';
import { type Credentials, passwordFor } from '@flux-host/host/oci/credentials.ts';
import type { OciClient, RegistryAccess, Repository } from '@flux-host/host/oci/types.ts';
import { createEgress, type Egress } from '@flux-host/host/sandbox/egress/egress.ts';
import { registryLogin } from '../../cloud/registry-login.ts';
import type { Invocation } from '../../command/types.ts';
import type { Io } from '../../io.ts';
import { readInput } from '../wasm/module.ts';
import { dockerCredentials } from './docker-config.ts';

type Context = Pick<Invocation, 'flags' | 'io' | 'log' | 'signal'>;

/** Reaches a repository as the flags and the environment say; what is open is closed after `work`. */
export async function withRegistry<T>(
  repository: Repository,
  context: Context,
  work: (client: OciClient) => Promise<T>,
): Promise<T> {
  const egress = createEgress();
  try {
    const access = await accessTo(repository, context, egress);
    return await work(createOciClient({ egress, access }));
  } finally {
    await egress.close();
  }
}

async function accessTo(repository: Repository, context: Context, egress: Egress): Promise<RegistryAccess> {
  const { flags, io } = context;
  const file = flags.text('ca-file');
  const proxy = proxyFor(repository.registry, io.env);
  const access = {
    ...(flags.is('insecure-registry') && { insecure: true }),
    ...(file && { tls: { ca: (await readInput(file, io.cwd)).toString('utf8') } }),
    ...(proxy && { proxy: { url: proxy } }),
  };
  return { ...access, credentials: await credentialsFor(repository, context, { ...access, egress }) };
}

/** Who asks: of `--provider`, of `--creds`, or of the Docker configuration. Commands for artifacts tell of the first two, as Flux does. */
async function credentialsFor(
  repository: Repository,
  { flags, io, log, signal }: Context,
  { egress, insecure = false, proxy }: Pick<RegistryAccess, 'insecure' | 'proxy'> & { egress: Egress },
): Promise<Credentials> {
  const isArtifact = flags.has('provider');
  const provider = isArtifact ? flags.text('provider') : 'generic';
  if (provider === 'aws' || provider === 'azure' || provider === 'gcp') {
    log.action('logging in to registry with provider credentials');
    const user = { egress, env: io.env, signal, ...(proxy && { proxy }) };
    const login = await registryLogin(user, { provider, repository, insecure });
    return ({ registry }) => (registry === repository.registry ? login : undefined);
  }
  const creds = flags.text('creds');
  if (!creds) return dockerCredentials(repository, io.env);
  if (isArtifact) log.action('logging in to registry with credentials');
  const [username = '', ...password] = creds.split(':');
  return passwordFor(repository.registry, username, password.join(':'));
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
