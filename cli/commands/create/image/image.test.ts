import { ImagePolicy, ImageRepository, ImageUpdateAutomation } from '@flux-host/crds/index.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startReconciler } from '../../../testing/reconciler.ts';
import { joinSharedCluster } from '../../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const end = new AbortController();

test.after(async () => {
  end.abort();
  await world.close();
});

test('repository, policy and automation are created as the flags say, and waited for', async () => {
  const namespace = await cluster.namespace();
  await startReconciler({
    client,
    namespace,
    signal: end.signal,
    ending: () => ({ ready: 'True', reason: 'Succeeded', message: 'done' }),
  });
  const create = async (line: string) => {
    const { code, err } = await world.flux(`create image ${line} -n ${namespace}`);
    assert.is(code, 0, err);
    assert.match(err, / reconciliation completed\n$/);
  };
  const spec = async (kind: Parameters<typeof client.get>[0]) =>
    (await client.get<KubeObject>(kind, { namespace, name: 'app' }))['spec'];

  await create(
    'repository app --image=ghcr.io/team/app --secret-ref=pull --cert-ref=tls --scan-timeout=20s --interval=5m',
  );
  assert.equal(await spec(ImageRepository), {
    image: 'ghcr.io/team/app',
    interval: '5m0s',
    timeout: '20s',
    secretRef: { name: 'pull' },
    certSecretRef: { name: 'tls' },
    exclusionList: ['^.*\\.sig$'],
    provider: 'generic',
  });

  await create(
    'policy app --image-ref=app --select-numeric=asc --filter-regex=^main-(?P<ts>[0-9]+)$ --filter-extract=$ts --reflect-digest=Always --interval=10m',
  );
  assert.equal(await spec(ImagePolicy), {
    imageRepositoryRef: { name: 'app' },
    policy: { numerical: { order: 'asc' } },
    filterTags: { pattern: '^main-(?P<ts>[0-9]+)$', extract: '$ts' },
    digestReflectionPolicy: 'Always',
    interval: '10m0s',
  });

  await create(
    'update app --git-repo-ref=app --git-repo-namespace=infra --git-repo-path=./apps --checkout-branch=main --push-branch=images --author-name=flux --author-email=flux@example.com --commit-template={{.Changed}} --signing-key-secret=key --signing-key-type=ssh',
  );
  assert.equal(await spec(ImageUpdateAutomation), {
    interval: '1m0s',
    sourceRef: { kind: 'GitRepository', name: 'app', namespace: 'infra' },
    git: {
      checkout: { ref: { branch: 'main' } },
      commit: {
        author: { name: 'flux', email: 'flux@example.com' },
        messageTemplate: '{{.Changed}}',
        signingKey: { type: 'ssh', secretRef: { name: 'key' } },
      },
      push: { branch: 'images' },
    },
    update: { path: './apps', strategy: 'Setters' },
  });
});

const policy = 'policy app --image-ref=app';
for (const [line, message] of [
  ['repository app', 'an image repository (--image) is required'],
  ['repository app --image=ghcr.io/App', 'unable to parse image value'],
  ['repository app --image=ghcr.io/app:v1', 'unable to parse image value'],
  ['policy app', '(--image-ref)'],
  [policy, 'a policy must be provided'],
  [`${policy} --select-semver=1.x --select-alpha=asc`, 'only one of --select-semver'],
  [`${policy} --select-alpha=up`, '--select-alpha must be one of ["asc", "desc"]'],
  [`${policy} --select-alpha=asc --filter-extract=$x`, 'without specifying --filter-regex'],
  [`${policy} --select-alpha=asc --filter-regex=(`, '--filter-regex is an invalid regex pattern'],
  [`${policy} --select-alpha=asc --filter-regex=a --filter-extract=$x`, 'capture group $x used in'],
  [`${policy} --select-alpha=asc --filter-regex=a --filter-extract=\${x`, '--filter-extract is malformed'],
  [`${policy} --select-alpha=asc --reflect-digest=x`, 'invalid value for --reflect-digest'],
  [`${policy} --select-alpha=asc --interval=1m`, 'use --reflect-digest=Always'],
  ['update app --git-repo-ref=a --checkout-branch=b --author-name=c', '(--author-email)'],
] as const) {
  test(`"create image ${line}" is refused: ${message}`, async () => {
    const { code, err } = await world.flux(`create image ${line} --export`);
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
