import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactFetch, proxyPath } from './artifact-fetch.ts';

test('an artifact of a Service has a way through the API server, one of a host has none', () => {
  const ways: readonly (readonly [string, string | undefined])[] = [
    [
      'http://source-controller.flux-system.svc.cluster.local./helmchart/a/b/c.tgz',
      '/api/v1/namespaces/flux-system/services/http:source-controller:80/proxy/helmchart/a/b/c.tgz',
    ],
    ['http://host.flux.svc:9090/x', '/api/v1/namespaces/flux/services/http:host:9090/proxy/x'],
    ['https://host.flux/x', '/api/v1/namespaces/flux/services/https:host:443/proxy/x'],
    ['http://127.0.0.1:9090/x', undefined],
    ['http://localhost:9090/x', undefined],
    ['https://charts.example.com/x', undefined],
  ];
  for (const [url, way] of ways) assert.is(proxyPath(new URL(url)), way, url);
});

test('what cannot be reached from here comes through the API server', async () => {
  const asked: string[] = [];
  const fetchArtifact = artifactFetch({
    async text(path) {
      asked.push(path);
      return (async function* () {
        yield Buffer.from('the ');
        yield Buffer.from('chart');
      })();
    },
  });
  const response = await fetchArtifact('http://nowhere.invalid.svc/chart.tgz');
  assert.is(await response.text(), 'the chart');
  assert.equal(asked, ['/api/v1/namespaces/invalid/services/http:nowhere:80/proxy/chart.tgz']);
});

test.run();
