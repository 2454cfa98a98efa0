import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { buffer, step } from '../guest/program.ts';
import { named } from '../guest/wasi.ts';

/** What a plugin learns of the process that it runs in. */
process.env['ESCAPE_SECRET'] = 'treasure-of-the-environment';
const cage = createCage();
test.after(() => cage.close());

test('there is no environment', async () => {
  const { codes, bytes } = await cage.attack(
    [step('wasi.environ_sizes_get', buffer, buffer + 4), step('wasi.environ_get', buffer + 8, buffer + 64)],
    { dump: 4096 },
  );
  assert.equal(codes, [0, 0]);
  assert.ok(bytes.every((byte) => byte === 0));
});

test('the only argument is a name that says nothing', async () => {
  const { text } = await cage.attack(
    [step('wasi.args_sizes_get', buffer + 200, buffer + 204), step('wasi.args_get', buffer + 300, buffer)],
    { dump: 200 },
  );
  assert.is(text.replaceAll('\0', ''), 'plugin');
});

test('standard input is empty, and the streams of the host are not to be had', async () => {
  const vector = { pointer: new Uint8Array(Uint32Array.of(buffer, 100).buffer) };
  const { codes, text } = await cage.attack(
    [
      step('wasi.fd_read', 0, vector, 1, 0x1010),
      step('wasi.fd_read', 1, vector, 1, 0x1010),
      step('wasi.fd_read', 2, vector, 1, 0x1010),
      step('wasi.fd_write', 0, vector, 1, 0x1010),
      ...[4, 5, 10, 20, 100, 1023, 1024, -1].map((fd) => step('wasi.fd_filestat_get', fd, buffer)),
    ],
    { dump: 100 },
  );
  assert.equal(named(codes).slice(0, 4), ['SUCCESS', 'EBADF', 'EBADF', 'EBADF']);
  assert.ok(
    named(codes)
      .slice(4)
      .every((code) => code === 'EBADF'),
    named(codes).join(),
  );
  assert.is(text.replaceAll('\0', ''), '');
});

test('the clocks of the process and of the thread, which tell what others do, are not there', async () => {
  const { codes } = await cage.attack([
    step('wasi.clock_time_get', 2, 0n, buffer),
    step('wasi.clock_time_get', 3, 0n, buffer),
    step('wasi.clock_time_get', 99, 0n, buffer),
  ]);
  assert.equal(named(codes), ['EINVAL', 'EINVAL', 'EINVAL']);
});

test('the clock is no finer than a microsecond in wall time', async () => {
  const { bytes } = await cage.attack([step('wasi.clock_time_get', 0, 0n, buffer)], { dump: 8 });
  const time = bytes.readBigUInt64LE();
  assert.is(time % 1000n, 0n);
  assert.ok(Math.abs(Number(time / 1_000_000n) - Date.now()) < 60_000);
});

test('random numbers are not the same twice, and do not go beyond the memory', async () => {
  const steps = [step('wasi.random_get', buffer, 32), step('wasi.random_get', 0x7fff_0000, 1000)];
  const [first, second] = [await cage.attack(steps, { dump: 32 }), await cage.attack(steps, { dump: 32 })];
  assert.not.equal(first.bytes, second.bytes);
  assert.equal(named(first.codes), ['SUCCESS', 'EFAULT']);
});

test('nobody listens or accepts', async () => {
  const { codes } = await cage.attack([
    step('wasi.sock_accept', 3, 0, buffer),
    step('wasi.sock_shutdown', 3, 2),
  ]);
  assert.equal(named(codes), ['ENOTSUP', 'ENOTSOCK']);
});

test.run();
