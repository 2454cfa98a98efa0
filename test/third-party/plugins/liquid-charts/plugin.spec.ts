import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const spec = { interval: '10m', prune: true };
const files = {
  'shop/values.yaml': 'host: shop.example.com\nreplicas: 1\nlabels: { team: web }\nqueues: [mail, pdf]\n',
  'shop/values-production.yaml': 'replicas: 3\nlabels: { tier: gold }\n',
  'shop/templates/_labels.liquid': 'app: {{ name }}\n{{ values.labels | yaml }}\n',
  'shop/templates/queues.yaml': `{% for queue in values.queues %}
{% capture labels %}{% render 'labels', name: queue %}{% endcapture %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: queue-{{ queue }}
  labels:
    {{ labels | indent: 4 }}
data:
  replicas: {{ values.replicas | quote }}
{% endfor %}
`,
  'shop/templates/debug.yaml': '{% if values.debug %}kind: Nothing{% endif %}',
};

const build = (config: object, more: Record<string, string> = {}) =>
  plugin.run({ request: { path: 'shop', spec, config }, files: { ...files, ...more } });
const resources = ({ output }: { output: unknown }) => (output as { resources: string }).resources;

test('each value of a list becomes an object, with the labels of a partial', async () => {
  const result = await build({});
  assert.equal(result.failure, undefined);
  assert.equal(resources(result).match(/kind: ConfigMap/g)?.length, 2);
  assert.match(resources(result), /name: queue-mail\n {2}labels:\n {4}app: mail\n {4}team: web\n/);
});

test('an environment and the settings of the Kustomization are put over the values', async () => {
  const result = await build({ environment: 'production', values: { queues: ['sms'] } });
  assert.match(resources(result), /name: queue-sms/);
  assert.match(resources(result), /team: web\n {4}tier: gold/);
  assert.match(resources(result), /replicas: '3'/);
});

test('a variable that nobody sets is a failure with file and line', async () => {
  const { failure } = await build({}, { 'shop/templates/x.yaml': 'kind: A\nb: {{ values.hots }}\n' });
  assert.match(failure?.message ?? '', /templates\/x\.yaml: undefined variable: values\.hots, line:2/);
  assert.equal(failure?.terminal, true);
});

test('what is no Kubernetes object is refused, and an environment without a file is', async () => {
  const { failure } = await build({}, { 'shop/templates/x.yaml': 'a: b\n' });
  assert.match(failure?.message ?? '', /document 1 of templates\/x\.yaml is no Kubernetes object/);
  assert.match((await build({ environment: 'moon' })).failure?.message ?? '', /no shop\/values-moon\.yaml/);
});
