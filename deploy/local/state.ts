import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Layout } from './layout.ts';

/** What a control plane remembers between starts. */
export interface State {
  readonly apiPort: number;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  /** Bearer token of the user `admin` in the group `system:masters`. */
  readonly token: string;
}

function isState(value: unknown): value is State {
  if (typeof value !== 'object' || value === null) return false;
  const state = value as Readonly<Record<keyof State, unknown>>;
  return (
    [state.apiPort, state.etcdPort, state.etcdPeerPort].every(Number.isInteger) &&
    typeof state.token === 'string' &&
    state.token.length >= 32
  );
}

/** Reads the remembered state; nothing when there is none or it is damaged (a new one is made then). */
export function readState(layout: Layout): State | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(layout.state, 'utf8'));
    return isState(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the state and gives the API server its token and service account key files. */
export function writeState(layout: Layout, state: State): void {
  writePrivate(layout.state, JSON.stringify(state, null, 2));
  writePrivate(layout.tokens, `${state.token},admin,admin,system:masters\n`);
  if (existsSync(layout.serviceAccountKey)) return;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writePrivate(layout.serviceAccountKey, privateKey.export({ type: 'pkcs1', format: 'pem' }));
}

/** A new admin token. */
export function newToken(): string {
  return randomBytes(24).toString('hex');
}

/** Replaces a file in one step, readable by the user only. */
export function writePrivate(path: string, content: string | Buffer): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
