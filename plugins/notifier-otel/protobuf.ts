import { encodeUtf8 } from '@flux-host/sdk/typescript';

/** An encoded field of a Protocol Buffers message; see https://protobuf.dev/programming-guides/encoding. */
export type Field = Uint8Array;

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A message out of its fields. */
export function message(...fields: readonly Field[]): Uint8Array {
  const result = new Uint8Array(fields.reduce((size, field) => size + field.length, 0));
  let at = 0;
  for (const field of fields) {
    result.set(field, at);
    at += field.length;
  }
  return result;
}

/** Bytes, or a message within a message. */
export function bytes(field: number, content: Uint8Array): Field {
  return message(key(field, wire.bytes), varint(content.length), content);
}

export function string(field: number, text: string): Field {
  return bytes(field, encodeUtf8(text));
}

/** A number of an enum. */
export function number(field: number, value: number): Field {
  return message(key(field, wire.varint), varint(value));
}

export function fixed32(field: number, value: number): Field {
  const content = new Uint8Array(4);
  new DataView(content.buffer).setUint32(0, value, true);
  return message(key(field, wire.fixed32), content);
}

export function fixed64(field: number, value: bigint): Field {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setBigUint64(0, value, true);
  return message(key(field, wire.fixed64), content);
}

const key = (field: number, type: number): Uint8Array => varint(field * 8 + type);

function varint(value: number): Uint8Array {
  const result: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    result.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...result, rest]);
}
