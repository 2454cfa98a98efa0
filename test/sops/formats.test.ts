import { readDocument } from '@flux-host/host/sops/document/document.ts';
import { openFile } from '@flux-host/host/sops/document/open.ts';
import { wrappedKeyOf } from '@flux-host/host/sops/keys/wrapped.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openWorkbench, type Workbench } from '../conformance/assets/sops/workbench.ts';
import { ageKey, type Sops, type SopsFormat } from '../helpers/sops.ts';

const key = ageKey();
let bench: Workbench;
let sops: Sops;
test.before(async () => {
  bench = await openWorkbench();
  sops = await bench.sops();
});
test.after(() => bench.close());

async function ours(text: string, from: SopsFormat, to: SopsFormat = from): Promise<string> {
  const { metadata } = readDocument(text, from);
  const dataKey = await bench.dataKey(wrappedKeyOf(metadata), { 'a.agekey': key.identity });
  return openFile(text, dataKey, { from, to }).text;
}

interface Document {
  readonly shows: string;
  readonly format: SopsFormat;
  readonly text: string;
  /** Of the creation rule that it is encrypted with. */
  readonly rule?: string;
  readonly to?: SopsFormat;
}

const scalars = `
plain: text
empty: ""
spaces: "  around  "
colon: "a: b"
hash: "a #b"
dash: "- a"
question: "? a"
quote: it's "quoted"
yes: "yes"
octal: "0777"
number: "12"
float: "1.50"
nothing: "null"
date: "2026-01-02"
time: 2026-01-02T03:04:05.600Z
day: 2026-01-02
int: 0x1F
big: 9223372036854775807
real: 1.50
tiny: 1e-9
huge: 1e+30
truth: true
none: null
tab: "a\\tb"
escape: "a\\u0007\\u00a0\\ub"
unicode: "grün 🙂"
lines: |
  one
   two

  four
folded: >-
  one
  two
tail: "line\\n\\n"
lead: "\\n first"
trailing: "a \\nb"
base60: "12:30:45"
"key: odd": 1
"y": 2
merge: "<<"
tilde: "~"
list:
- a
- - b
  - c
- {d: e, f: [g, 1]}
- []
- {}
nested: {deep: {deeper: [x, {y: z}]}}
`;

const commented = `# head

# second
a: 1 # inline
# before b
b:
  # inside
  c: 2
  # after c
# before list
list:
  # first
  - x # one
  # second
  - k: v
    # in item
    l: w
# at the end
`;

const documents: readonly Document[] = [
  { shows: 'scalars of YAML', format: 'yaml', text: scalars.replace('\\ub', '\\u200b') },
  { shows: 'comments of YAML', format: 'yaml', text: commented },
  { shows: 'several documents', format: 'yaml', text: 'a: 1\n---\nb: [2, x]\n---\nc: {}\n' },
  { shows: 'anchors and aliases', format: 'yaml', text: 'a: &x {k: v}\nb: *x\nc:\n  <<: *x\n  d: e\n' },
  {
    shows: 'encrypted_regex',
    format: 'yaml',
    text: scalars.replace('\\ub', ''),
    rule: 'encrypted_regex: ^(list|lines|float)$',
  },
  {
    shows: 'unencrypted_regex',
    format: 'yaml',
    text: commented,
    rule: 'unencrypted_regex: ^(b|list)$',
  },
  {
    shows: 'encrypted_suffix',
    format: 'yaml',
    text: 'a_secret: x\nb: {c_secret: [1, 2], d: 3.0}\n',
    rule: 'encrypted_suffix: _secret',
  },
  {
    shows: 'unencrypted_suffix',
    format: 'yaml',
    text: 'a_open: x\nb: {c_open: [1, 2], d: 3}\n',
    rule: 'unencrypted_suffix: _open',
  },
  {
    shows: 'encrypted_comment_regex',
    format: 'yaml',
    text: 'a: 1\n# sops:enc\nb: secret\nc:\n  # sops:enc\n  d: [x, y]\n  e: open\n',
    rule: 'encrypted_comment_regex: sops:enc',
  },
  {
    shows: 'unencrypted_comment_regex',
    format: 'yaml',
    text: 'a: 1\n# sops:dec\nb: open\nc:\n  d: secret # sops:dec\n  e: secret\n',
    rule: 'unencrypted_comment_regex: sops:dec',
  },
  {
    shows: 'mac_only_encrypted',
    format: 'yaml',
    text: 'a: 1\nb_unencrypted: 2\n',
    rule: 'mac_only_encrypted: true',
  },
  {
    shows: 'JSON',
    format: 'json',
    text: '{"a":"<&>\\u2028\\"","b":[1,1.5,-0.0,1e21,9007199254740993,true,null,{}],"c":{"a":[]},"d":""}',
  },
  {
    shows: 'JSON as YAML',
    format: 'json',
    to: 'yaml',
    text: '{"a":"line\\nline","b":[1,{"c":null}],"n":"yes"}',
  },
  { shows: 'YAML as JSON', format: 'yaml', to: 'json', text: commented },
  { shows: 'dotenv', format: 'dotenv', text: '# comment\nA=1\nEMPTY=\nQ="a b"\nEQ=a=b\nN=one\\ntwo\n' },
  { shows: 'dotenv as JSON', format: 'dotenv', to: 'json', text: 'A=1\nN=one\\ntwo\n' },
  {
    shows: 'INI',
    format: 'ini',
    text: '; head\n[a]\n; of key\nkey = value\nlonger_key = "quoted text"\nhash = `a # b`\nempty =\n\n[b.c]\nx : y\nspace = " a "\n',
  },
  { shows: 'INI with keys outside of sections', format: 'ini', text: 'top = 1\n[s]\na = b\n' },
  { shows: 'a binary file', format: 'binary', text: 'any\0thing\r\n\tgrün' },
  { shows: 'an empty binary file', format: 'binary', text: '' },
];

for (const { shows, format, text, rule, to = format } of documents) {
  test(`${shows}: as sops decrypts it`, async () => {
    const encrypted = rule
      ? await sops.encryptByRule(text, format, `age: ${key.recipient}\n    ${rule}`)
      : await sops.encrypt(text, format, ['--age', key.recipient]);
    const expected = await sops.decrypt(encrypted, { from: format, to }, key.identity);
    assert.is(await ours(encrypted, format, to), expected);
  });
}

test.run();
