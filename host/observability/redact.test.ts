import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRedactor } from './redact.ts';

const SECRET = 'S3cr3t-"of"/the+house';

function masked(text: string, ...values: string[]): string {
  const redactor = createRedactor();
  for (const value of values) redactor.add(value);
  return redactor.redact(text);
}

test('A registered secret is masked wherever it stands and however it is encoded', () => {
  assert.is(masked(`x${SECRET}y ${SECRET}`, SECRET), 'x*****y *****');
  assert.is(masked(JSON.stringify({ a: SECRET }), SECRET), '{"a":"*****"}');
  assert.is(masked(`?q=${encodeURIComponent(SECRET)}`, SECRET), '?q=*****');
  assert.is(
    masked(`data: ${Buffer.from(SECRET).toString('base64')}`, SECRET).replace(/=*$/, ''),
    'data: *****',
  );
});

test('A key is masked line by line, lines of a YAML file are not', () => {
  const key = 'c29tZSBsaW5lIG9mIGEga2V5\nYW5vdGhlciBsaW5lIG9mIGl0';
  assert.is(masked('parse error near YW5vdGhlciBsaW5lIG9mIGl0', key), 'parse error near *****');
  assert.is(masked('replicaCount: 1', 'replicaCount: 1\nother: 2'), 'replicaCount: 1');
});

test('The longest of several secrets that start alike is masked whole', () => {
  assert.is(masked('token-abc-def', 'token-abc', 'token-abc-def', 'token-'), '*****');
});

test('Values that are too short to be secrets leave text as it is', () => {
  assert.is(masked('a b git', 'a', 'git', '      '), 'a b git');
});

test('Ten thousand secrets are remembered, the latest ones', () => {
  const redactor = createRedactor();
  for (let i = 0; i <= 10_000; i++) redactor.add(`value-number-${i}!`);
  assert.is(redactor.redact('value-number-10000! value-number-1!'), '***** *****');
  assert.is(redactor.redact('value-number-0!'), 'value-number-0!');
});

test('Credentials are recognised without being registered', () => {
  const cases: Record<string, string> = {
    'clone https://user:p%40ss@git.example/x': 'clone https://user:*****@git.example/x',
    'https://ghp@git.example/x': 'https://*****@git.example/x',
    'ssh://git@git.example/x': 'ssh://git@git.example/x',
    'Authorization: Bearer eyJhbGciOi.J9': 'Authorization: Bearer *****',
    'basic dXNlcjpwYXNz': 'basic *****',
    'GET /x?sig=abc%2F&v=1': 'GET /x?sig=*****&v=1',
    'token ghp_0123456789abcdef is bad': 'token ***** is bad',
    'key AGE-SECRET-KEY-1QQQ': 'key *****',
    '"-----BEGIN RSA PRIVATE KEY-----\\nabc\\n-----END RSA PRIVATE KEY-----"': '"*****"',
    '-----BEGIN PRIVATE KEY-----\nabc cut off': '*****',
  };
  for (const [text, expected] of Object.entries(cases)) assert.is(masked(text), expected);
});

test('Ordinary text stays', () => {
  const texts = [
    'Bearer authentication failed',
    'basic authentication required for http://git.example:8080/x@y',
    'Deployment/apps/web configured',
    'image: registry.example/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'mail to a@b.example: no',
    '-----BEGIN CERTIFICATE-----',
  ];
  for (const text of texts) assert.is(masked(text), text);
});

test('Text that is made to be slow is not', () => {
  const parts = [
    'a',
    'aB1',
    'x://',
    'x://y:',
    'https://',
    'bearer ',
    'Bearer aB',
    '-----BEGIN PRIVATE KEY-----',
    '&sig=',
    'a.b-c+',
    'ghp_',
  ];
  // With a quadratic pattern each of them would take minutes.
  for (const part of parts) masked(part.repeat(200_000 / part.length), SECRET);
});

test.run();
