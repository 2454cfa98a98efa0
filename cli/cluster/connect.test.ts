import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { flux } from '../testing/flux.ts';
import { joinSharedCluster } from '../testing/world.ts';

const world = await joinSharedCluster();
const { cluster } = world;
const dir = mkdtempSync(join(tmpdir(), 'flux-connect-'));

interface Kubeconfig {
  clusters: [{ cluster: { server: string; 'certificate-authority-data'?: string } }];
  contexts: [{ context: { namespace?: string } }];
  users: [{ user: { token: string } }];
}

/** The administrator's kubeconfig with a change, as a file. */
function changed(change: (config: Kubeconfig) => void): string {
  const config = load(readFileSync(cluster.kubeconfig, 'utf8'));
  assertKubeconfig(config);
  change(config);
  const file = join(dir, 'kubeconfig');
  writeFileSync(file, dump(config));
  return file;
}

function assertKubeconfig(config: unknown): asserts config is Kubeconfig {
  assert.ok(typeof config === 'object' && config !== null && 'users' in config && 'contexts' in config);
}

test.after(async () => {
  rmSync(dir, { recursive: true });
  await world.close();
});

/** The namespace that a command says it has looked in. */
async function namespaceOf(
  words: string,
  options: Parameters<typeof flux>[1] = {},
): Promise<string | undefined> {
  const kubeconfig = options.kubeconfig ?? cluster.kubeconfig;
  const { err } = await flux(['get', 'ks', 'nothing', ...words.split(' ').filter(Boolean)], {
    ...options,
    kubeconfig,
  });
  return /not found in "(.*)" namespace/.exec(err)?.[1];
}

test('the namespace is flux-system, that of the environment, or that of the flag', async () => {
  const env = { FLUX_SYSTEM_NAMESPACE: 'gitops' };
  assert.is(await namespaceOf(''), 'flux-system');
  assert.is(await namespaceOf('', { env }), 'gitops');
  assert.is(await namespaceOf('-n apps', { env }), 'apps');
});

test('an impossible namespace in the environment is passed over with a warning', async () => {
  const env = { FLUX_SYSTEM_NAMESPACE: 'Not_Valid' };
  const { err } = await world.flux('get ks nothing', { env });
  assert.match(err, 'ignoring invalid FLUX_SYSTEM_NAMESPACE: "Not_Valid"');
  assert.match(err, 'not found in "flux-system" namespace');
});

test('the namespace of the context is taken on request only', async () => {
  const kubeconfig = changed(({ contexts: [{ context }] }) => {
    context.namespace = 'mine';
  });
  assert.is(await namespaceOf('', { kubeconfig }), 'flux-system');
  assert.is(await namespaceOf('--ns-follows-kube-context', { kubeconfig }), 'mine');
  assert.is(await namespaceOf('', { kubeconfig, env: { FLUX_NS_FOLLOWS_KUBE_CONTEXT: '1' } }), 'mine');
  assert.is(await namespaceOf('-n apps --ns-follows-kube-context', { kubeconfig }), 'apps');
});

test('somebody else without rights is told which right is missing', async () => {
  const { code, err } = await world.flux('get ks --as ada --as-group staff');
  assert.is(code, 1);
  assert.match(
    err,
    /User "ada" cannot list resource "kustomizations".*\(hint: allow "ada" the verb "list" on kustomizations/,
  );
  assert.match(
    (await world.flux('get ks --as-group staff')).err,
    'requesting groups without impersonating a user',
  );
});

test('a token that is refused is told, and not shown', async () => {
  const { code, err } = await world.flux('get ks --token wr0ng');
  assert.is(code, 1);
  assert.match(err, /Unauthorized.*\(hint: check the token/);
  assert.not.match(err, 'wr0ng');
});

test('server, token and authority on the command line need no kubeconfig', async () => {
  const config = load(readFileSync(cluster.kubeconfig, 'utf8'));
  assertKubeconfig(config);
  const [{ cluster: target }] = config.clusters;
  const [{ user }] = config.users;
  const ca = join(dir, 'ca.crt');
  writeFileSync(ca, Buffer.from(target['certificate-authority-data'] ?? '', 'base64'));
  const words = ['check', '--pre', '--server', target.server, '--token', user.token];
  const good = await flux([...words, '--certificate-authority', ca]);
  assert.is(good.code, 0, good.err);
  assert.is((await flux([...words, '--insecure-skip-tls-verify'])).code, 0);
  assert.is((await flux(words)).code, 1);
});

test('a context that is not there is told', async () => {
  assert.match((await world.flux('get ks --context nowhere')).err, 'no entry "nowhere" in contexts');
});

test.run();
