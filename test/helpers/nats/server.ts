import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { natsServer } from '../../../scripts/setup/test-servers.ts';
import { type Certificates, createCertificates } from '../git/certificates.ts';
import { temporaryFolder } from '../git/temporary.ts';
import { freePorts } from '../ports.ts';
import { binary } from '../servers/binary.ts';
import { startServer } from '../servers/child.ts';
import { type Subscription, subscribe } from './subscription.ts';

/** What a client has to show; without any everyone may publish and subscribe. */
export type NatsAuth = { readonly username: string; readonly password: string } | { readonly token: string };

/** Options of {@link startNats}. */
export interface NatsOptions {
  readonly auth?: NatsAuth;
  /** TLS with an authority of its own; `client` also demands a client certificate from it. */
  readonly tls?: 'server' | 'client';
}

export interface Nats {
  /** `nats://127.0.0.1:<port>`, also with TLS, which NATS begins after its greeting. */
  readonly url: string;
  /** Only with TLS. */
  readonly certificates: Certificates | undefined;
  /** Receives what is published from now on. */
  subscribe(subject: string): Promise<Subscription>;
  /** What the server wrote into its log. */
  log(): string;
  stop(): Promise<void>;
}

/** For the subscriptions of tests, whatever the clients under test have to show. */
const observer = { user: 'observer', pass: 'sees everything' };

/** Starts a NATS server on a free port of 127.0.0.1, with one more for the subscriptions of tests. */
export async function startNats({ auth, tls }: NatsOptions = {}): Promise<Nats> {
  const command = await binary(natsServer);
  const [port = 0] = await freePorts(1);
  const dir = temporaryFolder('flux-host-nats-');
  const file = (name: string, content: string) => {
    writeFileSync(join(dir, name), content, { mode: 0o600 });
    return join(dir, name);
  };
  const certificates = tls ? await createCertificates() : undefined;
  const config = {
    listen: `127.0.0.1:${port}`,
    ...(certificates
      ? {
          tls: {
            cert_file: file('server.crt', certificates.server.cert),
            key_file: file('server.key', certificates.server.key),
            ...(tls === 'client' ? { ca_file: file('ca.crt', certificates.ca), verify: true } : {}),
          },
        }
      : {}),
    ...authorization(auth),
  };
  const server = await startServer({
    command,
    args: ['-c', file('nats.conf', JSON.stringify(config))],
    ready: () => accepts(port),
  });
  const token = auth && 'token' in auth ? { auth_token: auth.token } : auth ? observer : {};
  return {
    url: `nats://127.0.0.1:${port}`,
    certificates,
    subscribe: (subject) =>
      subscribe({ port, subject, login: token, ...(certificates ? { tls: certificates } : {}) }),
    log: server.output,
    stop: server.stop,
  };
}

function authorization(auth: NatsAuth | undefined): object {
  if (!auth) return {};
  if ('token' in auth) return { authorization: { token: auth.token } };
  const user = { user: auth.username, password: auth.password };
  return { authorization: { users: [user, { user: observer.user, password: observer.pass }] } };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
