import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { natsServer } from '../../../scripts/setup/test-servers.ts';
import { type Certificates, createCertificates } from '../git/certificates.ts';
import { temporaryFolder } from '../git/temporary.ts';
import { freePorts } from '../ports.ts';
import { binary } from '../servers/binary.ts';
import { startServer } from '../servers/child.ts';
import type { Operator } from './identity.ts';
import { type Login, type Subscription, subscribe } from './subscription.ts';

/** What a client has to show; without any everyone may publish and subscribe. */
export type NatsAuth =
  | { readonly username: string; readonly password: string }
  | { readonly token: string }
  /** Public key of a user. */
  | { readonly nkey: string }
  /** Users of the operator's account. */
  | { readonly operator: Operator };

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
    ...authorization(auth, file),
  };
  const server = await startServer({
    command,
    args: ['-c', file('nats.conf', JSON.stringify(config))],
    ready: () => accepts(port),
  });
  return {
    url: `nats://127.0.0.1:${port}`,
    certificates,
    subscribe: (subject) =>
      subscribe({ port, subject, login: loginOf(auth), ...(certificates ? { tls: certificates } : {}) }),
    log: server.output,
    stop: server.stop,
  };
}

/** How subscriptions of tests show who they are. */
function loginOf(auth: NatsAuth | undefined): Login {
  if (!auth) return {};
  if ('token' in auth) return { auth_token: auth.token };
  if (!('operator' in auth)) return observer;
  const { jwt, identity } = auth.operator.user();
  return (nonce) => ({ jwt, sig: identity.sign(nonce) });
}

function authorization(auth: NatsAuth | undefined, file: (name: string, content: string) => string): object {
  if (!auth) return {};
  if ('token' in auth) return { authorization: { token: auth.token } };
  if ('operator' in auth) {
    const { jwt, account } = auth.operator;
    return {
      operator: file('operator.jwt', jwt),
      resolver: 'MEMORY',
      resolver_preload: { [account.publicKey]: account.jwt },
    };
  }
  const user = 'nkey' in auth ? { nkey: auth.nkey } : { user: auth.username, password: auth.password };
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
