import { kindNamed } from '@flux-host/crds/index.ts';
import { type StructuralSchema, toStructural } from '@flux-host/crds/structural.ts';
import { PluginKind, PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** The kind Plugin reports what the manifest of a plugin says: both have to use the same words. */
const status = toStructural(kindNamed('Plugin')?.status ?? {}).properties ?? {};

const words = (schema: { anyOf: { const: string }[] }) => schema.anyOf.map((item) => item.const).toSorted();

const itemWords = (list: StructuralSchema | undefined, field: string) => {
  const items = field ? list?.items?.properties?.[field] : list?.items;
  return Array.isArray(items?.['enum']) ? items['enum'].toSorted() : [];
};

test('status.provides knows every kind of plugin', () => {
  assert.equal(itemWords(status['provides'], 'kind'), words(PluginKind));
});

test('status.requests has every request of the contract, and no other', () => {
  assert.equal(
    Object.keys(status['requests']?.properties ?? {}).toSorted(),
    Object.keys(PluginRequests.properties).toSorted(),
  );
});

test('status.requests knows every capability', () => {
  const { capabilities } = PluginRequests.properties;
  assert.equal(itemWords(status['requests']?.properties?.['capabilities'], ''), words(capabilities.items));
});

test.run();
