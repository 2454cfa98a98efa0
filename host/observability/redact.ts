const MASK = '*****';

/** Values shorter than this are not masked: they would tear ordinary text apart without hiding anything. */
const MIN_LENGTH = 6;
const MAX_VALUES = 10_000;
/** Longer values (archives, keys in bulk) are recognised by their lines. */
const MAX_VALUE_LENGTH = 64 * 1024;

/** The one place where secrets are taken out of text, on its way into logs, events, conditions and notifications. */
export interface Redactor {
  /**
   * Masks a secret value from now on, also in its JSON, URL and base64 forms, and the lines of a key. Give it credentials only: a
   * value that is an ordinary word would be masked wherever that word stands.
   */
  add(value: string): void;
  redact(text: string): string;
}

/**
 * Masks registered values and what looks like a credential in any text: passwords in URLs, bearer and basic tokens, private
 * keys, signed query parameters, tokens of well-known form. Remembers the latest 10,000 values; the time that `redact` takes does
 * not depend on their number.
 */
export function createRedactor(): Redactor {
  const values = new Set<string>();
  /** Forms of the values by their first characters. */
  const index = new Map<string, string[]>();

  const change = (value: string, edit: (bucket: string[], form: string) => string[]): void => {
    for (const form of formsOf(value)) {
      const key = form.slice(0, MIN_LENGTH);
      const bucket = edit(index.get(key) ?? [], form);
      if (bucket.length > 0) index.set(key, bucket);
      else index.delete(key);
    }
  };

  const maskValues = (text: string): string => {
    if (index.size === 0) return text;
    let masked = '';
    let from = 0;
    for (let at = 0; at + MIN_LENGTH <= text.length; ) {
      const found = index.get(text.slice(at, at + MIN_LENGTH))?.find((form) => text.startsWith(form, at));
      if (found === undefined) at++;
      else {
        masked += text.slice(from, at) + MASK;
        at += found.length;
        from = at;
      }
    }
    return from === 0 ? text : masked + text.slice(from);
  };

  return {
    add(value) {
      if (value.trim().length < MIN_LENGTH || value.length > MAX_VALUE_LENGTH) return;
      const known = values.delete(value);
      values.add(value);
      if (known) return;
      // Longest first, so that a value that starts with another one is masked whole.
      change(value, (bucket, form) => [...bucket, form].sort((a, b) => b.length - a.length));
      const [oldest] = values;
      if (values.size <= MAX_VALUES || oldest === undefined) return;
      values.delete(oldest);
      change(oldest, (bucket, form) => {
        const at = bucket.indexOf(form);
        return at < 0 ? bucket : bucket.toSpliced(at, 1);
      });
    },
    redact: (text) => maskPatterns(maskValues(text)),
  };
}

/** A line worth hiding on its own: of a key, not of a YAML file, whose lines also stand in other texts. */
const KEY_MATERIAL = /^\s*\S{16,}\s*$/;

/** The ways in which a value may stand in a text. */
function formsOf(value: string): Set<string> {
  const lines = value.split(/\r?\n/).filter((line) => KEY_MATERIAL.test(line));
  const texts = [value, ...lines].map((text) => text.trim());
  const forms = texts.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
  ]);
  return new Set([...forms, value].filter((form) => form.length >= MIN_LENGTH));
}

/** A token has digits, padding or mixed case; a word ("Bearer authentication failed") has not. */
const TOKEN = String.raw`(?=[\w.~+/-]*[\d=]|[\w.~+/-]*[a-z][\w.~+/-]*[A-Z])[\w.~+/=-]{8,}`;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/g, MASK],
  [/AGE-SECRET-KEY-[A-Z0-9-]+/g, MASK],
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"'<>\\]*):[^\s/@"'<>\\]+@/gi, `$1:${MASK}@`],
  [/(https?:\/\/)[^\s/:@"'<>\\]+@/gi, `$1${MASK}@`],
  [new RegExp(String.raw`\b([Bb]earer|[Bb]asic|BEARER|BASIC)\s+${TOKEN}`, 'g'), `$1 ${MASK}`],
  [
    /([?&](?:access_token|token|password|client_secret|sig|signature|x-(?:amz|goog)-signature)=)[^&\s"'#\\]+/gi,
    `$1${MASK}`,
  ],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-)[\w-]{10,}/g, MASK],
];

function maskPatterns(text: string): string {
  return PATTERNS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}

/**
 * Masks one token in an error's text exactly as Flux's notifiers do: together with repetitions of its last character, and also
 * where only the last character is missing.
 */
export function maskToken(text: string, token: string): string {
  if (token === '') return text;
  const characters = [...token].map((character) => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'));
  return text.replace(new RegExp(`${characters.join('')}*`, 'gu'), MASK);
}
