import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLineSplitter } from './lines.ts';

test('lines survive any cutting of the stream, also inside a character', () => {
  const text = '{"a":"ü€😀"}\n\n{"b":1}\n{"c":"\\n"}\n';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size += 1) {
    const split = createLineSplitter(1_000);
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      for (const line of split(bytes.subarray(at, at + size))) lines.push(line.toString());
    }
    assert.equal(lines, ['{"a":"ü€😀"}', '', '{"b":1}', '{"c":"\\n"}']);
  }
});

test('a line without end is refused before it fills the memory', () => {
  const split = createLineSplitter(100);
  split(Buffer.alloc(60, 'x'));
  assert.throws(() => split(Buffer.alloc(60, 'x')), /longer than 100 bytes/);
});

test.run();
