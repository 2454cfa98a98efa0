import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { type Bytes, repeated, type Step, step } from '../guest/program.ts';

/** Forging the host's log. What the host does with a line is in test/escape/packages; here is what is handed to it. */
const cage = createCage();
test.before.each(() => {
  cage.log.length = 0;
});
test.after(() => cage.close());

const log = (text: string | Bytes, level = 2): Step => step('flux.flux_log', level, text);

const forged: Record<string, string> = {
  'a second line': 'harmless\n{"level":"error","msg":"the disk is full"}',
  'a line of another system': 'harmless\r\n2026-01-01T00:00:00Z\tINFO\tsomething else',
  'a line by Unicode': 'harmless\u2028second\u2029third\u0085fourth',
  colours: '\u001b[31mred\u001b[0m',
  'a screen that is cleared': '\u001b[2J\u001b[H',
  'a title of the window': '\u001b]0;owned\u0007',
  'an escape of eight bits': '\u009b31mred',
  'text that is written backwards': 'user \u202e dettimrep',
  'a line that is overwritten': 'denied\rgranted',
  'a bell and a backspace': 'a\u0007b\u0008c',
  'a NUL': 'before\0after',
};

for (const [what, text] of Object.entries(forged)) {
  test(`the log has ${what} as text on one line`, async () => {
    await cage.attack([log(text)]);
    assert.is(cage.log.length, 1);
    const [{ message = '' } = {}] = cage.log;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    assert.not.match(message, /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
  });
}

test('a level that is none becomes one that there is', async () => {
  await cage.attack([log('low', -7), log('high', 99)]);
  assert.equal(
    cage.log.map(({ level, plugin, tenant }) => [level, plugin, tenant]),
    [
      ['trace', 'probe', 'hostile'],
      ['error', 'probe', 'hostile'],
    ],
  );
});

test('bytes that are no text are shown as such', async () => {
  await cage.attack([log({ bytes: Uint8Array.of(0xff, 0xfe, 0x41, 0xc3) })]);
  assert.is(cage.log[0]?.message, '\ufffd\ufffdA\ufffd');
});

test('a line without end is cut', async () => {
  await cage.attack([log('a'.repeat(60_000))]);
  assert.ok((cage.log[0]?.message.length ?? 0) < 8300);
});

test('a million lines become a thousand, and the log says how many were dropped', async () => {
  await cage.attack([repeated(1_000_000, log('spam'))], { limits: { timeoutMs: 20_000 } });
  assert.is(cage.log.length, 1001);
  assert.is(cage.log.at(-1)?.message, '999000 more log lines of this call were dropped');
});

test('standard output and error are logs too, cut into lines and bounded', async () => {
  const text = new TextEncoder().encode(`${'x'.repeat(100)}\n\u001b[31m`);
  const write = (fd: number) => {
    const at = 0x40000;
    return step(
      'wasi.fd_write',
      fd,
      { pointer: new Uint8Array(Uint32Array.of(at, text.length).buffer) },
      1,
      0x1010,
    );
  };
  const put = [...text]
    .map((byte, index) => `(i32.store8 (i32.const ${0x40000 + index}) (i32.const ${byte}))`)
    .join(' ');
  await cage.attack([repeated(5000, write(1)), repeated(5000, write(2))], { code: put });
  assert.is(cage.log.length, 1001);
  assert.ok(cage.log.every(({ message }) => !message.includes('\u001b')));
});

test.run();
