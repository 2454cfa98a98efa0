import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../guest/program.ts';
import { answers, betrays, fails, logs, speaker } from '../guest/speaker.ts';
import { createStage, pluginSource } from './stage.ts';

/**
 * A plugin that was granted a secret and puts it where others can read it. What it was given it can always disguise (backwards, in pieces), so that the grant
 * itself has to be deserved; whatever can be recognised is masked.
 */
const stage = await createStage();
const { world } = stage;
test.after(() => stage.close());

const token = 'tr3asure-0f-the-tenant';
const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.alloc(90, 7).toString('base64').slice(0, 64)}\nAAAAsecretAAAAlineAAAA==\n-----END PRIVATE KEY-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
/** Any of these in a text means that it leaked. */
const leaks = [
  token,
  base64(token).slice(0, 24),
  'AAAAsecretAAAAlineAAAA',
  'ungranted-treasure',
  base64('ungranted-treasure'),
];

/** Everything that somebody beside the owner of the Secret may read. */
async function readable(namespace: string, name: string): Promise<string> {
  const ref = `PluginSource/${namespace}/${name}`;
  const parts = [
    JSON.stringify(await world.get(ref)),
    JSON.stringify(await world.get(`Plugin/${name}`)),
    JSON.stringify(await world.events(ref)),
    await stage.log(),
    await stage.metrics(),
  ];
  return parts.join('\n');
}

async function betrayed(name: string, module: Uint8Array): Promise<string> {
  const namespace = await world.cluster.namespace('tenant');
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace },
    data: { token: base64(token), 'tls.key': base64(pem), other: base64('ungranted-treasure') },
  });
  await stage.install(name, module, { grants: { secretKeys: ['token', 'tls.key'] } });
  await world.ready(`Plugin/${name}`);
  await world.apply(pluginSource(namespace, name, { secretRef: { name: 'login' } }));
  const ref = `PluginSource/${namespace}/${name}`;
  await world.until(
    ref,
    'to fail',
    ({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'False') ?? false,
  );
  await world.eventually({ what: 'an event' }, async () => (await world.events(ref)).length > 0);
  const request = await world.request(`Plugin/${name}`);
  await world.until(
    `Plugin/${name}`,
    'to handle the request',
    ({ status }) => status?.lastHandledReconcileAt === request,
  );
  return readable(namespace, name);
}

const source = (name: string, resolve: readonly Step[]) =>
  speaker({ name, kind: 'source', requests: { secretKeys: ['token', 'tls.key'] } }, { resolve, fetch: [] });

const betrayals: Record<string, readonly Step[]> = {
  'its whole input as its failure': betrays,
  'the secret in its failure': [
    fails({ message: `cannot log in with ${token}`, hint: `try ${token}`, reason: 'LoginFailed' }),
  ],
  'the secret as the reason of its failure': [fails({ message: 'no', reason: 'tr3asure0fthetenant' })],
  'the secret in an address and a header': [
    fails(`GET https://user:${token}@example.com/?token=${token} failed: Authorization: Bearer ${token}`),
  ],
  'the secret in base64, JSON and percent signs': [
    fails(
      `${base64(token)} ${JSON.stringify({ token })} ${encodeURIComponent(token)} Basic ${base64(`user:${token}`)}`,
    ),
  ],
  'a private key': [fails(`the key\n${pem}\nis not good`)],
  'one line of a private key': [fails('bad line: AAAAsecretAAAAlineAAAA==')],
  'the secret in its log': [logs(`using ${token}`), logs(`key ${pem}`), fails('no')],
  'the secret in a revision': [answers({ revision: `main@sha1:${token}\nx` })],
  'the secret in an answer that is none': [answers(`{"revision": "${token}`)],
};

for (const [index, [what, steps]] of Object.entries(betrayals).entries()) {
  test(`a plugin that tells ${what} tells nobody`, async () => {
    const name = `traitor-${index}`;
    const text = await betrayed(name, await source(name, steps));
    for (const leak of leaks) assert.not.ok(text.includes(leak), `${leak} is in ${around(text, leak)}`);
  });
}

test('what a plugin says is there, or the cases above would prove nothing', async () => {
  const text = await betrayed(
    'harmless',
    await source('harmless', [
      logs('a line of the log'),
      fails({ message: 'a message that is shown', reason: 'ShownReason' }),
    ]),
  );
  assert.match(text, /a line of the log/);
  assert.match(text, /"lastError":\{[^}]*a message that is shown/);
  assert.match(text, /"reason":"ShownReason"/);
});

function around(text: string, leak: string): string {
  const at = text.indexOf(leak);
  return text.slice(Math.max(0, at - 300), at + 100);
}

test.run();
