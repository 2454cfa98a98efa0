import Type from 'typebox';
import Value from 'typebox/value';
import { invalidDockerConfig } from './errors.ts';
import { matchesRegistryKey, registryKey } from './registry-key.ts';
import type { Repository } from './types.ts';

/** Who asks a registry. */
export type Login =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token, to be exchanged for access tokens (OAuth 2). */
  | { readonly kind: 'identity'; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: 'bearer'; readonly token: string };

/** The login for a repository; undefined: ask without one. */
export type Credentials = (repository: Repository) => Login | undefined;

/** The same user name and password for one registry, and none for others. */
export function passwordFor(registry: string, username: string, password: string): Credentials {
  return (repository) =>
    repository.registry === registry ? { kind: 'password', username, password } : undefined;
}

const Auth = Type.Object({
  auth: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
  identitytoken: Type.Optional(Type.String()),
  registrytoken: Type.Optional(Type.String()),
});
const DockerConfig = Type.Object({ auths: Type.Optional(Type.Record(Type.String(), Auth)) });

/**
 * Reads the content of pull secrets (`.dockerconfigjson`). Entries are for a registry (`ghcr.io`), or part of one (`ghcr.io/team`); `*` stands for a
 * part of a host name. The most specific entry is taken, among equals that of the first secret: go-containerregistry's rules, which
 * Flux and Kubernetes use.
 * @throws FluxError FLUX_E_OCI_CREDENTIALS; the message does not have the content
 */
export function credentialsOf(configs: readonly string[]): Credentials {
  const entries = configs
    .flatMap((config) => Object.entries(parse(config)))
    .map(([name, auth]) => ({ key: registryKey(name), login: auth }))
    .sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0));
  return (repository) => entries.find(({ key }) => matchesRegistryKey(key, repository))?.login;
}

function parse(config: string): Record<string, Login | undefined> {
  const value = parseJson(config);
  if (!Value.Check(DockerConfig, value))
    throw invalidDockerConfig('it is not like {"auths": {"ghcr.io": {"username": "…", "password": "…"}}}');
  return Object.fromEntries(
    Object.entries(value.auths ?? {}).map(([name, auth]) => [name, loginOf(name, auth)]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which has passwords.
    throw invalidDockerConfig('it is not JSON');
  }
}

function loginOf(name: string, auth: Type.Static<typeof Auth>): Login | undefined {
  if (auth.registrytoken) return { kind: 'bearer', token: auth.registrytoken };
  if (auth.identitytoken) return { kind: 'identity', token: auth.identitytoken };
  const { username = '', password = '' } = auth.auth ? decode(name, auth.auth) : auth;
  if (username === '' && password === '') return undefined;
  // What `docker login` and cloud registries write for a refresh token.
  return username === '<token>'
    ? { kind: 'identity', token: password }
    : { kind: 'password', username, password };
}

function decode(name: string, auth: string): { username: string; password: string } {
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 0) throw invalidDockerConfig(`"auth" of ${name} is not the base64 of user:password`);
  return {
    username: text.slice(0, colon),
    password: text.slice(colon + 1).replace(/^\0+|\0+$/g, ''),
  };
}
