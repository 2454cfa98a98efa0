import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startGitServer } from '../helpers/git-server.ts';
import { configMap, createApp, gitRepository, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';

const canary = 'canary-Zx81-very-secret';
const forms = [
  canary,
  Buffer.from(canary).toString('base64').replace(/=+$/, ''),
  Buffer.from(`ada:${canary}`).toString('base64').replace(/=+$/, ''),
];

let world: World;
test.before(async () => {
  world = await createWorld({ flags: ['--log-level=trace'] });
});
test.after(() => world.close());

/** Everything that a person without the right to read Secrets may see. */
async function everything(namespace: string): Promise<Record<string, string>> {
  const list = async (path: string) => JSON.stringify((await world.cluster.call(path)).body);
  return {
    log: await world.host.logs(),
    metrics: await (await fetch(world.host.metricsUrl)).text(),
    events: await list(`/api/v1/namespaces/${namespace}/events`),
    sources: await list(`/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`),
    kustomizations: await list(`/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`),
  };
}

async function assertSecret(namespace: string): Promise<void> {
  for (const [where, text] of Object.entries(await everything(namespace))) {
    assert.ok(text.length > 0, `${where} is not empty`);
    for (const form of forms) {
      const found = text.indexOf(form);
      assert.is(found, -1, `${where}: …${text.slice(Math.max(0, found - 200), found + 100)}`);
    }
  }
}

const secret = (namespace: string, name: string, stringData: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  stringData,
});

test('a password that the Git server refuses is nowhere to be read', async () => {
  const server = await startGitServer({
    auth: { username: 'ada', password: 'another' },
    // A server that repeats what it was sent.
    intercept: (request, response) => {
      response.writeHead(403).end(`not with ${request.headers.authorization}`);
      return true;
    },
  });
  const namespace = await world.cluster.namespace('secret');
  await world.apply(
    secret(namespace, 'login', { username: 'ada', password: canary }),
    gitRepository(namespace, { url: `${server.url}/x.git`, secretRef: { name: 'login' } }),
  );
  await world.failed(`GitRepository/${namespace}/app`, 'GitOperationFailed', /./);
  assert.ok(
    server.requests.some(({ headers }) => headers.authorization?.startsWith('Basic ')),
    'the server got it',
  );
  await assertSecret(namespace);
  await server.close();
});

test('a proxy password is nowhere to be read', async () => {
  const namespace = await world.cluster.namespace('secret');
  await world.apply(
    secret(namespace, 'proxy', { address: 'http://127.0.0.1:9', username: 'ada', password: canary }),
    gitRepository(namespace, { url: 'http://example.com/x.git', proxySecretRef: { name: 'proxy' } }),
  );
  await world.failed(`GitRepository/${namespace}/app`, 'GitOperationFailed', /./);
  await assertSecret(namespace);
});

/** How a manifest refers to the variable. */
const token = '$' + '{TOKEN}';
const applying: [string, string, string][] = [
  [
    'a value that breaks the YAML',
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  key: ${token}\n`,
    `: [${canary}`,
  ],
  [
    'a value that the API server refuses and quotes',
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: one\nspec:\n  type: ${token}\n  ports: [{port: 80}]\n`,
    canary,
  ],
  [
    'a value that becomes an invalid name',
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${token}\n`,
    `${canary}_X`,
  ],
  [
    'a Secret that is refused',
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: one\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: ${token}\n`,
    canary,
  ],
];

for (const [what, manifest, value] of applying) {
  test(`substituteFrom a Secret: ${what} is nowhere to be read`, async () => {
    const app = await createApp(world, { files: { 'one.yaml': manifest }, sourceOnly: true });
    await world.apply(
      secret(app.namespace, 'vars', { TOKEN: value }),
      kustomization(app.namespace, {
        retryInterval: '1h',
        postBuild: { substituteFrom: [{ kind: 'Secret', name: 'vars' }] },
      }),
    );
    await world.until(
      app.kustomization,
      'to fail',
      ({ status }) =>
        status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False') ?? false,
    );
    await assertSecret(app.namespace);
  });
}

test('a Secret from Git that is applied and corrected is not shown either', async () => {
  const manifest = (value: string) =>
    `${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one' }, stringData: { token: value } })}\n`;
  const app = await createApp(world, {
    files: { 'one.yaml': manifest(canary), 'two.yaml': configMap('two') },
  });
  await world.ready(app.kustomization);
  await world.patch(app.ref('Secret', 'one'), { stringData: { token: 'other' } });
  await world.until(
    app.ref('Secret', 'one'),
    'to be corrected',
    ({ data }) => data?.['token'] === Buffer.from(canary).toString('base64'),
  );
  await world.ready(app.kustomization, await app.push({ files: { 'one.yaml': manifest(`${canary}-2`) } }));
  await assertSecret(app.namespace);
});

test.run();
