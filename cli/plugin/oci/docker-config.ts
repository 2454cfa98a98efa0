import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isRecord, stringAt } from '@flux-host/host/json.ts';
import { type Credentials, credentialsOf, type Login } from '@flux-host/host/oci/credentials.ts';
import { dockerHub } from '@flux-host/host/oci/reference.ts';
import type { Repository } from '@flux-host/host/oci/types.ts';
import type { Io } from '../../io.ts';
import { inputError } from '../errors.ts';

const helperTimeoutMs = 30_000;

/** What `docker login` and its kind left for a registry, in the file or with a credential helper. */
export async function dockerCredentials(repository: Repository, env: Io['env']): Promise<Credentials> {
  const folder = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '');
  if (text.trim() === '') return () => undefined;
  const inFile = credentialsOf([text]);
  if (inFile(repository)) return inFile;
  const helper = helperFor(JSON.parse(text), repository);
  const login = helper ? await askHelper(helper, repository, env) : undefined;
  return ({ registry }) => (registry === repository.registry ? login : undefined);
}

function helperFor(config: unknown, { registry }: Repository): string | undefined {
  return stringAt(config, 'credHelpers', registry) ?? stringAt(config, 'credsStore');
}

/** Docker's protocol: the address on standard input, JSON on standard output. Helpers that know nothing exit with 1. */
async function askHelper(
  helper: string,
  { registry }: Repository,
  env: Io['env'],
): Promise<Login | undefined> {
  if (!/^[\w.-]+$/.test(helper))
    throw inputError(`"${helper}" in the Docker configuration is no credential helper`);
  const address = registry === dockerHub ? 'https://index.docker.io/v1/' : registry;
  const child = spawn(`docker-credential-${helper}`, ['get'], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: helperTimeoutMs,
  });
  child.stdin.on('error', () => {});
  child.stdin.end(address);
  let answer = '';
  child.stdout.on('data', (piece: Buffer) => {
    answer += piece.toString();
  });
  const code = await new Promise<number | null>((done) => {
    child.once('error', () => done(null));
    child.once('close', done);
  });
  if (code !== 0) return undefined;
  const login: unknown = JSON.parse(answer);
  const username = stringAt(login, 'Username');
  const password = stringAt(login, 'Secret');
  if (!isRecord(login) || username === undefined || password === undefined) return undefined;
  return username === '<token>'
    ? { kind: 'identity', token: password }
    : { kind: 'password', username, password };
}
