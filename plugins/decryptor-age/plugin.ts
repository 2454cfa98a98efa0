import { defineDecryptor, PluginError } from '@flux-host/sdk/typescript';
import { dearmored } from './armor.ts';
import { readHeader } from './header.ts';
import { readIdentities } from './identities.ts';
import { openPayload } from './payload.ts';

export default defineDecryptor({
  name: 'decryptor-age',
  type: 'age',
  requests: { secretKeys: ['keys.agekey'], memory: '32Mi', timeout: '30s' },
  decrypt({ key, secret }) {
    const { recipient, enc } = key;
    if (typeof enc !== 'string') throw new PluginError('the entry has no wrapped data key (enc)');
    const keys = secret.get('keys.agekey');
    if (keys === undefined) throw noIdentity(recipient, 'there are no age keys');
    const header = readHeader(dearmored(enc));
    for (const unwrap of readIdentities(keys)) {
      for (const stanza of header.stanzas) {
        const fileKey = unwrap(stanza);
        if (fileKey) return { dataKey: openPayload(header, fileKey) };
      }
    }
    throw noIdentity(recipient, 'no identity matched any of the recipients');
  },
});

function noIdentity(recipient: unknown, why: string): PluginError {
  const name = typeof recipient === 'string' ? recipient : 'the recipient';
  const short = name.length > 80 ? `${name.slice(0, 24)}…${name.slice(-8)}` : name;
  return new PluginError(`no identity matches ${short}: ${why}`, {
    hint: 'add the age key to the decryption Secret, under a name that ends in .agekey',
  });
}
