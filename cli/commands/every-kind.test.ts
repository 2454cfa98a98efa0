import { applierSamples } from '@flux-host/crds/testing/samples/appliers.ts';
import { imageSamples } from '@flux-host/crds/testing/samples/image.ts';
import { notificationSamples } from '@flux-host/crds/testing/samples/notification.ts';
import { sourceSamples } from '@flux-host/crds/testing/samples/source.ts';
import { parseDuration } from '@flux-host/host/duration/duration.ts';
import { isRecord, semanticEqual } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fluxKinds } from '../kinds/index.ts';
import type { FluxKind } from '../kinds/types.ts';
import { joinSharedCluster } from '../testing/world.ts';
import { commandLine } from './by-kind.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const samples = [...sourceSamples, ...applierSamples, ...notificationSamples, ...imageSamples];

test.after(() => world.close());

/** Specs of a kind that the API server accepts. */
function specsOf({ resource }: FluxKind): readonly unknown[] {
  return samples
    .filter(({ kind }) => kind.kind === resource.kind)
    .flatMap(({ good }) => good.map(({ spec }) => spec));
}

const objectNames = (specs: readonly unknown[]) =>
  specs.map((_, index) => `sample-${String(index).padStart(2, '0')}`);

for (const kind of fluxKinds) {
  const { resource } = kind;

  test(`what is exported of a ${resource.kind} makes the same object elsewhere`, async () => {
    const [from, to] = [await cluster.namespace(), await cluster.namespace()];
    const specs = specsOf(kind);
    assert.ok(specs.length > 0);
    const names = objectNames(specs);
    const { apiVersion, kind: name } = resource;
    for (const [index, spec] of specs.entries()) {
      const metadata = { name: names[index] ?? '', namespace: from, labels: { team: 'a' } };
      await client.create(resource, { apiVersion, kind: name, metadata, spec });
    }
    const line = commandLine('export', kind).slice('flux '.length);
    const all = await world.flux(`${line} --all -n ${from}`);
    assert.is(all.code, 0, all.err);
    const one = await world.flux(`${line} ${names[0]} -n ${from}`);
    assert.ok(all.out.startsWith(one.out));
    const documents = all.out.split(/^---\n/m).slice(1);
    assert.is(documents.length, names.length);
    for (const document of documents) {
      const object = load(document);
      assert.ok(isObject(object));
      assert.equal(Object.keys(object), ['apiVersion', 'kind', 'metadata', 'spec']);
      const key = { name: object.metadata.name, namespace: to };
      await client.create(resource, { ...object, metadata: { ...object.metadata, ...key } });
      const [original, copy] = await Promise.all(
        [from, to].map((namespace) => client.get<KubeObject>(resource, { ...key, namespace })),
      );
      assert.ok(
        semanticEqual(normalised(original?.['spec'], kind), normalised(copy?.['spec'], kind)),
        `${document}\n${JSON.stringify(original?.['spec'])}\n${JSON.stringify(copy?.['spec'])}`,
      );
    }
  });

  if (!kind.verbs.includes('delete')) continue;

  test(`a ${resource.kind} is deleted without a question on request`, async () => {
    const namespace = await cluster.namespace();
    const { apiVersion, kind: name } = resource;
    const key = { name: 'app', namespace };
    await client.create(resource, { apiVersion, kind: name, metadata: key, spec: specsOf(kind)[0] });
    const { code, err } = await world.flux(
      `${commandLine('delete', kind).slice('flux '.length)} app -s -n ${namespace}`,
    );
    assert.is(code, 0, err);
    assert.is(err, `► deleting ${kind.human} app in ${namespace} namespace\n✔ ${kind.human} deleted\n`);
    const gone = await client.getMetadata(resource, key).catch((error: unknown) => error);
    assert.ok(isKube(gone, 'notFound'));
  });
}

/** Durations are spelled out by an export, and a `false` is as good as nothing where Flux has no pointer. */
function normalised(value: unknown, kind: FluxKind): unknown {
  if (Array.isArray(value)) return value.map((item) => normalised(item, kind));
  if (isRecord(value)) {
    const means = (key: string) => kind.pointers?.some((path) => path.split('.').at(-1) === key);
    const fields = Object.entries(value).filter(([key, each]) => each !== false || means(key));
    return Object.fromEntries(fields.map(([key, each]) => [key, normalised(each, kind)]));
  }
  if (typeof value !== 'string' || !/^(\d+h)?(\d+m)?(\d+s)?$/.test(value)) return value;
  return value === '' ? value : parseDuration(value);
}

function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value['metadata']);
}

test.run();
