import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FluxOptions, flux } from '../../testing/flux.ts';

interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers with the given statuses in turn, the last one for ever. */
async function startWebhook(...statuses: readonly number[]) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    calls.push({
      path: `${request.method} ${request.url}`,
      headers: request.headers,
      body: Buffer.concat(pieces).toString(),
    });
    response.statusCode = statuses[Math.min(calls.length, statuses.length) - 1] ?? 200;
    response.end(response.statusCode === 200 ? '{"value":"id-token"}' : 'not this one\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const trigger = (line: string, options?: FluxOptions) =>
    flux(['trigger', 'receiver', ...line.split(' '), '--url', url], options);
  return { url, calls, trigger, stop: () => server.close() };
}

const pathOf = (token: string, name: string, namespace: string): string =>
  `POST /hook/${createHash('sha256')
    .update(token + name + namespace)
    .digest('hex')}`;

test('the request goes to the path of name, namespace and token', async () => {
  const webhook = await startWebhook();
  const { code, err } = await webhook.trigger('main -n apps --token t0ken --payload {"a":1}');
  webhook.stop();
  assert.is(code, 0, err);
  assert.is(err, '► triggering Receiver apps/main\n✔ Receiver apps/main triggered\n');
  const [call] = webhook.calls;
  assert.is(call?.path, pathOf('t0ken', 'main', 'apps'));
  assert.is(call?.body, '{"a":1}');
  assert.is(call?.headers['content-type'], 'application/json');
  assert.match(call?.headers['user-agent'] ?? '', /^flux\/v\d/);
});

test('a base path of the address stays, without doubled slashes', async () => {
  const webhook = await startWebhook();
  const words = ['trigger', 'receiver', 'main', '--token', 't', '--url', `${webhook.url}/base//`];
  assert.is((await flux(words)).code, 0);
  webhook.stop();
  assert.is(webhook.calls[0]?.path, pathOf('t', 'main', 'flux-system').replace(' ', ' /base'));
});

const hmac = (algorithm: string): string => createHmac(algorithm, 'key').update('{}').digest('hex');

const proofs: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['generic-hmac', { 'x-signature': `sha256=${hmac('sha256')}` }],
  ['github --event push', { 'x-hub-signature-256': `sha256=${hmac('sha256')}`, 'x-github-event': 'push' }],
  ['gitlab --event Push', { 'x-gitlab-token': 'key', 'x-gitlab-event': 'Push' }],
  ['bitbucket', { 'x-hub-signature': `sha256=${hmac('sha256')}` }],
  ['harbor', { authorization: 'key' }],
  ['nexus', { 'x-nexus-webhook-signature': hmac('sha1') }],
];

for (const [type, headers] of proofs) {
  test(`type ${type} is signed as its sender would`, async () => {
    const webhook = await startWebhook();
    const { code, err } = await webhook.trigger(`main --token key --type ${type}`);
    webhook.stop();
    assert.is(code, 0, err);
    const sent = webhook.calls[0]?.headers ?? {};
    assert.equal(Object.fromEntries(Object.keys(headers).map((name) => [name, sent[name]])), headers);
  });
}

test('types without a signature get a body that they can read', async () => {
  const webhook = await startWebhook();
  for (const type of ['dockerhub', 'quay', 'acr']) await webhook.trigger(`main --token t --type ${type}`);
  webhook.stop();
  const fields = webhook.calls.map(({ body }) => Object.keys(JSON.parse(body)));
  assert.equal(fields, [
    ['push_data', 'repository'],
    ['docker_url', 'updated_tags'],
    ['action', 'target'],
  ]);
});

test('what may pass is tried again and told, what is final is not', async () => {
  const passing = await startWebhook(404, 503, 200);
  const { code, err } = await passing.trigger('main --token t --retry-delay 1ms');
  passing.stop();
  assert.is(code, 0);
  assert.is(passing.calls.length, 3);
  assert.match(
    err,
    /◎ request to http:\S+ failed with status 404 Not Found: not this one; retrying in 1ms \(1\/10\)\n◎ .* \(2\/10\)\n✔/,
  );

  const final = await startWebhook(400);
  const refused = await final.trigger('main --token t --retry-delay 1ms');
  final.stop();
  assert.is(refused.code, 1);
  assert.is(final.calls.length, 1);
  assert.match(refused.err, /✗ request to .* failed with status 400 Bad Request: not this one \(hint: /);

  const away = await startWebhook(404);
  const given = await away.trigger('main --token t --retries 1 --retry-delay 1ms');
  away.stop();
  assert.is(given.code, 1);
  assert.is(away.calls.length, 2);
});

test('a webhook that is not there fails after its retries, without the token in the message', async () => {
  const gone = await startWebhook();
  gone.stop();
  const { code, err } = await gone.trigger('main --token s3cret --retries 1 --retry-delay 1ms');
  assert.is(code, 1);
  assert.match(err, /✗ request to http:.* failed: .*ECONNREFUSED/);
  assert.not.match(err, 's3cret');
});

test('a token of OpenID Connect comes from a flag, the environment or the CI system', async () => {
  const webhook = await startWebhook();
  const line = 'main --type generic-oidc';
  await webhook.trigger(`${line} --oidc-token flag`);
  await webhook.trigger(line, { env: { FLUX_TRIGGER_RECEIVER_OIDC_TOKEN: 'variable' } });
  await webhook.trigger(`${line} --oidc-provider github --oidc-audience me`, {
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${webhook.url}/token?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job',
    },
  });
  webhook.stop();
  const path = pathOf('', 'main', 'flux-system');
  assert.equal(
    webhook.calls.map(({ path, headers }) => [path, headers.authorization]),
    [
      [path, 'Bearer flag'],
      [path, 'Bearer variable'],
      ['GET /token?v=1&audience=me', 'bearer job'],
      [path, 'Bearer id-token'],
    ],
  );
});

test('requests go through the proxy that the environment names, but for hosts that it leaves out', async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer();
  proxy.on('connect', ({ url }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const { port } = proxy.address() as AddressInfo;
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: 'direct.invalid' };
  const words = ['trigger', 'receiver', 'main', '--token', 't', '--retries', '0', '--url'];
  assert.is((await flux([...words, 'https://webhook.invalid'], { env })).code, 1);
  assert.is((await flux([...words, 'https://direct.invalid'], { env })).code, 1);
  proxy.close();
  assert.equal(asked, ['webhook.invalid:443']);
});

const mistakes: readonly (readonly [string, string])[] = [
  ['main', '--url is required'],
  ['--url x', 'accepts 1 arg(s), received 0'],
  ['a b --url x', 'accepts 1 arg(s), received 2'],
  ['main --url x', '--token is required for --type=generic'],
  [
    'main --url x --type svn',
    'invalid --type "svn", must be one of: generic, generic-hmac, generic-oidc, github',
  ],
  [
    'main --url x --token t --oidc-token o',
    '--oidc-provider, --oidc-token and --oidc-audience can only be set for --type=generic-oidc',
  ],
  ['main --url x --type generic-oidc --token t', '--token must not be set for --type=generic-oidc'],
  ['main --url x --type generic-oidc', 'no OIDC token provided: set --oidc-provider, --oidc-token or the'],
  [
    'main --url x --type generic-oidc --oidc-provider github --oidc-token t',
    '--oidc-provider and --oidc-token are mutually exclusive',
  ],
  [
    'main --url x --type generic-oidc --oidc-provider gitea',
    'invalid --oidc-provider "gitea", must be one of: github, forgejo',
  ],
  [
    'main --url x --type generic-oidc --oidc-audience a',
    '--oidc-audience can only be set together with --oidc-provider',
  ],
  [
    'main --url x --type generic-oidc --oidc-provider github',
    'ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN must be set in the environment',
  ],
];

for (const [line, message] of mistakes) {
  test(`"trigger receiver ${line}" is refused: ${message}`, async () => {
    const { code, err } = await flux(['trigger', 'receiver', ...line.split(' ')]);
    assert.is(code, 1);
    assert.ok(err.startsWith(`✗ ${message}`), err);
  });
}

test.run();
