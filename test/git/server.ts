import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { buildDir, root } from '../../scripts/paths.ts';

const Offer = Type.Object({
  HTTP: Type.String(),
  HTTPS: Type.String(),
  MutualTLS: Type.String(),
  Proxy: Type.String(),
  SSH: Type.String(),
  CA: Type.String(),
  ClientCert: Type.String(),
  ClientKey: Type.String(),
  Identity: Type.String(),
  EncryptedIdentity: Type.String(),
  OtherIdentity: Type.String(),
  KnownHosts: Type.String(),
  OtherKnownHosts: Type.String(),
});

/** Git servers over HTTP, HTTPS and SSH for the repositories below one folder: `git http-backend` and `git upload-pack`. */
export interface GitServers extends Static<typeof Offer> {
  /** Requests over HTTP (`GET /repo/…`, `PROXY CONNECT …`) since the last call. */
  requests(): string[];
  stop(): void;
}

/** Builds (once) and starts the servers. */
export async function startGitServers(folder: string): Promise<GitServers> {
  const binary = join(buildDir, 'test', 'git-server');
  const build = spawnSync('go', ['build', '-o', binary, './internal/gittest/server'], {
    cwd: join(root, 'plugins', 'git'),
    encoding: 'utf8',
  });
  if (build.status !== 0) throw new Error(`go build of the Git servers failed: ${build.stderr}`);
  const child = spawn(binary, [folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { offer, requests } = await listen(child);
  return {
    ...offer,
    requests: () => requests.splice(0),
    stop: () => child.stdin?.end(),
  };
}

async function listen(child: ChildProcess): Promise<{ offer: Static<typeof Offer>; requests: string[] }> {
  if (!child.stdout) throw new Error('the Git servers have no output');
  const requests: string[] = [];
  const first = Promise.withResolvers<string>();
  let started = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (started) requests.push(line);
    else first.resolve(line);
    started = true;
  });
  child.on('exit', (code) => first.reject(new Error(`the Git servers ended with code ${code}`)));
  return { offer: Value.Parse(Offer, JSON.parse(await first.promise)), requests };
}
