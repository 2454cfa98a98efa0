import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isolatedEnv, run } from './cli.ts';
import { listen } from './listen.ts';
import { createRepository, type Repository } from './repository.ts';
import { findSshd } from './sshd.ts';
import { temporaryFolder } from './temporary.ts';
import type { Change } from './tree.ts';

/** Kinds of SSH keys that OpenSSH makes. */
export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A key that may log in. */
export interface UserKey {
  /** OpenSSH's private key format, as in a Secret's `identity`. */
  readonly identity: string;
  /** As in a Secret's `identity.pub`. */
  readonly publicKey: string;
}

/** Git over a real OpenSSH server. */
export interface SshServer {
  readonly port: number;
  /** The user to log in as: who runs the tests. */
  readonly user: string;
  /** Line for known_hosts with the server's key. */
  readonly knownHosts: string;
  /** A key that may log in. */
  readonly key: UserKey;
  /** Makes a further key that may log in, or with `authorised: false` may not. */
  addKey(options?: { type?: KeyType; passphrase?: string; authorised?: boolean }): Promise<UserKey>;
  createRepository(name: string, files?: Change['files']): Promise<Repository & { readonly url: string }>;
  /** How many sessions were opened so far. */
  logins(): number;
  /** What sshd logged. */
  log(): string;
  close(): Promise<void>;
}

/** Starts sshd on a free port of 127.0.0.1 with keys of its own; installs it first where it can. */
export async function startSshServer(options: { hostKey?: KeyType } = {}): Promise<SshServer> {
  const sshd = await findSshd();
  const dir = temporaryFolder('flux-host-ssh-');
  const user = userInfo().username;
  const port = await freePort();
  const hostKey = await makeKey(join(dir, 'host'), { type: options.hostKey ?? 'ed25519' });
  const [authorisedKeys, logFile] = [join(dir, 'authorized_keys'), join(dir, 'sshd.log')];
  writeFileSync(authorisedKeys, '', { mode: 0o600 });
  writeFileSync(join(dir, 'sshd_config'), config({ dir, port }));
  const server = spawn(sshd, ['-D', '-f', join(dir, 'sshd_config'), '-E', logFile], {
    env: { ...isolatedEnv, HOME: dir },
    stdio: 'ignore',
  });
  server.unref();
  const log = () => readFileSync(logFile, { encoding: 'utf8', flag: 'a+' });
  let keys = 0;
  const addKey: SshServer['addKey'] = async ({
    type = 'ed25519',
    passphrase = '',
    authorised = true,
  } = {}) => {
    keys += 1;
    const key = await makeKey(join(dir, `user-${keys}`), { type, passphrase });
    if (authorised) writeFileSync(authorisedKeys, key.publicKey, { flag: 'a' });
    return key;
  };
  const close = async () => {
    await end(server);
    rmSync(dir, { recursive: true, force: true });
  };
  // Whatever ends this process, the server must not stay.
  process.once('exit', () => server.kill('SIGKILL'));
  try {
    await accepting(port, server, log);
    return {
      port,
      user,
      knownHosts: `[127.0.0.1]:${port} ${hostKey.publicKey.split(' ').slice(0, 2).join(' ')}\n`,
      key: await addKey(),
      addKey,
      async createRepository(name, files) {
        const repository = await createRepository(join(dir, `${name}.git`), files ? { files } : {});
        return { ...repository, url: `ssh://${user}@127.0.0.1:${port}${repository.dir}` };
      },
      logins: () => log().match(/^Accepted publickey /gm)?.length ?? 0,
      log,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function config({ dir, port }: { dir: string; port: number }): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(dir, 'host')}`,
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    'PidFile none',
    'UsePAM no',
    // The folder lies in a place that everyone may write to.
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'AcceptEnv GIT_PROTOCOL',
    'LogLevel VERBOSE',
    '',
  ].join('\n');
}

async function makeKey(file: string, options: { type: KeyType; passphrase?: string }): Promise<UserKey> {
  await run('ssh-keygen', [
    '-q',
    '-t',
    options.type,
    '-N',
    options.passphrase ?? '',
    '-C',
    'test',
    '-f',
    file,
  ]);
  return { identity: readFileSync(file, 'utf8'), publicKey: readFileSync(`${file}.pub`, 'utf8') };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

async function accepting(port: number, server: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`sshd ended at once: ${log()}`);
    const socket = createConnection(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error(`sshd does not accept connections: ${log()}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}
