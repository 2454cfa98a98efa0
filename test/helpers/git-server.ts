/** Real Git over real transports, for tests, the demo and the benches. */
export { type Certificates, createCertificates, type KeyPair } from './git/certificates.ts';
export { git } from './git/cli.ts';
export {
  type GitServer,
  type GitServerAuth,
  type GitServerOptions,
  type SeenRequest,
  startGitServer,
} from './git/http-server.ts';
export { type Proxy, startProxy } from './git/proxy.ts';
export { type RedirectServer, startRedirectServer } from './git/redirect-server.ts';
export { type CommitOptions, createRepository, type Repository } from './git/repository.ts';
export { openPgpKey, type SigningKey, sshSigningKey } from './git/signing.ts';
export { type KeyType, type SshServer, startSshServer, type UserKey } from './git/ssh-server.ts';
export type { Change, Entry } from './git/tree.ts';
