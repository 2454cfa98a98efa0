import { createDecipheriv } from 'node:crypto';
import { SopsFault } from './fault.ts';
import { type Comment, commentOf, type Scalar } from './tree.ts';

const encrypted = /^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Largest initialisation vector; SOPS writes 32 bytes. */
const longestIv = 128;

/** Whether a text has the form of a value that SOPS encrypted. */
export const isEncrypted = (text: string): boolean => encrypted.test(text);

/**
 * Decrypts one value: AES-256-GCM, bound to its place in the document by `additionalData`.
 * @returns a value of the type that was encrypted; empty text is never encrypted
 * @throws SopsFault that does not quote the value
 */
export function decryptValue(text: string, key: Uint8Array, additionalData: string): Scalar | Comment {
  if (text === '') return '';
  const match = encrypted.exec(text);
  if (!match) throw new SopsFault('value', "Input string <redacted> does not match sops' data format");
  const [, data = '', iv = '', tag = '', type = ''] = match;
  const plain = open({ data: bytes(data), iv: bytes(iv), tag: bytes(tag) }, key, additionalData);
  return typed(plain, type);
}

function open(
  { data, iv, tag }: { data: Buffer; iv: Buffer; tag: Buffer },
  key: Uint8Array,
  additionalData: string,
): string {
  if (key.length !== 32) throw new SopsFault('data-key', `the data key has ${key.length} bytes, not 32`);
  if (tag.length !== 16 || iv.length === 0 || iv.length > longestIv) {
    throw new SopsFault('value', 'the initialisation vector or tag of a value has a wrong length');
  }
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAuthTag(tag);
  decipher.setAAD(Buffer.from(additionalData));
  try {
    return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
  } catch {
    throw new SopsFault(
      'value',
      'Could not decrypt with AES_GCM: message authentication failed: a value was changed or moved, or belongs to another file',
    );
  }
}

function bytes(text: string): Buffer {
  if (!base64.test(text)) throw new SopsFault('value', 'a part of an encrypted value is not base64');
  return Buffer.from(text, 'base64');
}

function typed(text: string, type: string): Scalar | Comment {
  switch (type) {
    case 'str':
    case 'bytes':
      return text;
    case 'int':
      if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace(/^\+/, ''));
      break;
    case 'float': {
      const value = parseFloatText(text);
      if (value !== undefined) return value;
      break;
    }
    case 'bool':
      if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
      if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
      break;
    case 'time':
      if (!Number.isNaN(Date.parse(text))) return { kind: 'time', text };
      break;
    case 'comment':
      return commentOf(text);
    default:
      throw new SopsFault('value', 'Unknown datatype of an encrypted value');
  }
  throw new SopsFault('value', `what was decrypted is no ${type}`);
}

function parseFloatText(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}
