import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { registryServer } from '../../../scripts/setup/test-servers.ts';
import { type Certificates, createCertificates } from '../git/certificates.ts';
import { temporaryFolder } from '../git/temporary.ts';
import { freePorts } from '../ports.ts';
import { binary } from '../servers/binary.ts';
import { startServer } from '../servers/child.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

export interface RegistryAuth {
  /** `basic`: the password goes to the registry itself; `token`: to a token server, as with Docker Hub and most others. */
  readonly kind: 'basic' | 'token';
  readonly username: string;
  readonly password: string;
  /** With tokens: who has no login may pull. */
  readonly anonymousPull?: boolean;
}

/** Options of {@link startRegistry}. */
export interface RegistryOptions {
  readonly auth?: RegistryAuth;
  /** HTTPS with an authority of its own; `client` also demands a client certificate from it. */
  readonly tls?: 'server' | 'client';
}

/** The distribution project's registry. It keeps its content in memory. */
export interface Registry {
  /** `127.0.0.1:<port>`: the first part of references. */
  readonly address: string;
  /** Only with TLS. */
  readonly certificates: Certificates | undefined;
  /** Only with token authentication. */
  readonly tokens: TokenServer | undefined;
  stop(): Promise<void>;
}

/** Starts a registry on a free port of 127.0.0.1. */
export async function startRegistry({ auth, tls }: RegistryOptions = {}): Promise<Registry> {
  const command = await binary(registryServer);
  const dir = temporaryFolder('flux-host-registry-');
  const [port = 0] = await freePorts(1);
  const certificates = tls ? await createCertificates() : undefined;
  const address = `127.0.0.1:${port}`;
  const file = (name: string, content: string) => {
    writeFileSync(join(dir, name), content, { mode: 0o600 });
    return join(dir, name);
  };
  const tokens = auth?.kind === 'token' ? await startTokenServer({ ...auth, file, certificates }) : undefined;
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { inmemory: {}, delete: { enabled: true } },
    http: {
      addr: address,
      secret: 'shared by instances',
      relativeurls: true,
      ...(certificates
        ? {
            tls: {
              certificate: file('server.crt', certificates.server.cert),
              key: file('server.key', certificates.server.key),
              ...(tls === 'client' ? { clientcas: [file('ca.crt', certificates.ca)] } : {}),
            },
          }
        : {}),
    },
    ...(tokens ? { auth: { token: tokens.settings } } : {}),
    ...(auth?.kind === 'basic'
      ? { auth: { htpasswd: { realm: 'test', path: file('passwords', await passwordFile(command, auth)) } } }
      : {}),
  };
  const server = await startServer({
    command,
    args: ['serve', file('config.yml', JSON.stringify(config))],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    ready: () => answers(address, certificates),
  });
  return {
    address,
    certificates,
    tokens,
    async stop() {
      await Promise.all([server.stop(), tokens?.stop()]);
    },
  };
}

async function passwordFile(command: string, { username, password }: RegistryAuth): Promise<string> {
  const { stdout } = await promisify(execFile)(command, ['hash', password]);
  return `${username}:${stdout}`;
}

/** Whether it says anything, be it 401. */
function answers(address: string, certificates: Certificates | undefined): Promise<boolean> {
  const options = certificates
    ? { ca: certificates.ca, cert: certificates.client.cert, key: certificates.client.key, agent: false }
    : { agent: false };
  return new Promise((resolve) => {
    const request = certificates
      ? httpsRequest(`https://${address}/v2/`, options)
      : httpRequest(`http://${address}/v2/`, options);
    request.on('response', (response) => {
      response.resume();
      resolve(true);
    });
    request.on('error', () => resolve(false)).end();
  });
}
