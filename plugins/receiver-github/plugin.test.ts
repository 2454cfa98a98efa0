import { test } from 'uvu';
import { signatureOf, testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'github');
const body = { ref: 'refs/heads/main' };
const json = { 'Content-Type': 'application/json; charset=utf-8', 'X-GitHub-Event': 'push' };

test('a webhook tells its event', async () => {
  await accepts({ body, headers: { ...json, 'X-Hub-Signature-256': signatureOf(body) } }, { event: 'push' });
});

test('old servers sign with SHA-1', async () => {
  const headers = { ...json, 'X-Hub-Signature': signatureOf(body, 'sha1') };
  await accepts({ body, headers }, { event: 'push' });
});

test('the stronger signature decides where both are there', async () => {
  const headers = {
    ...json,
    'X-Hub-Signature': signatureOf(body, 'sha1'),
    'X-Hub-Signature-256': signatureOf(body, 'sha256', 'guess'),
  };
  await refuses({ body, headers }, /X-Hub-Signature-256 header is not that of this body/);
});

test('a form is signed as it comes, and its payload is what filters see', async () => {
  const form = `payload=${encodeURIComponent(JSON.stringify({ text: 'a b+c' }))}`;
  const headers = { ...json, 'Content-Type': 'application/x-www-form-urlencoded' };
  await accepts(
    { body: form, headers: { ...headers, 'X-Hub-Signature-256': signatureOf(form) } },
    { event: 'push', payload: { text: 'a b+c' } },
  );
  const other = 'other=1';
  await refuses(
    { body: other, headers: { ...headers, 'X-Hub-Signature-256': signatureOf(other) } },
    /no field "payload"/,
  );
});

test('an unsigned request, or one of another kind, is refused', async () => {
  await refuses({ body, headers: json }, /is not signed/);
  const headers = { 'Content-Type': 'text/plain', 'X-Hub-Signature-256': signatureOf(body) };
  await refuses({ body, headers }, /unsupported Content-Type "text\/plain"/);
});

test('an empty token does not make signatures superfluous', async () => {
  await refuses({ body, headers: json, secret: { token: '' } }, /is not signed/);
});

test.run();
