import type { X509Certificate } from 'node:crypto';

/** Reads a distinguished name (RFC 4514): `C=US, ST=WA, O=Example\, Inc`; undefined when it is none, or has an attribute twice. */
export function parseDistinguishedName(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const part of text.split(/(?<!\\)[,+;]/)) {
    const [, name, value] = /^\s*([A-Za-z][\w-]*|\d+(?:\.\d+)*)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const attribute = name.toUpperCase() === 'S' ? 'ST' : name.toUpperCase();
    if (found.has(attribute)) return undefined;
    found.set(attribute, unescaped(value));
  }
  return found;
}

/** Attributes of a certificate's subject. One that comes twice counts as absent: nobody can be meant by it. */
export function subjectOf({ subject }: X509Certificate): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const line of subject.split('\n')) {
    const equals = line.indexOf('=');
    const name = line.slice(0, equals).toUpperCase();
    if (found.has(name)) twice.add(name);
    found.set(name, unescaped(line.slice(equals + 1)));
  }
  for (const name of twice) found.delete(name);
  return found;
}

/** Whether a subject has all of the attributes that are asked for. */
export function isSubset(wanted: ReadonlyMap<string, string>, subject: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([name, value]) => subject.get(name) === value);
}

function unescaped(value: string): string {
  return value
    .replace(/^"(.*)"$/, '$1')
    .replace(/(?:\\[0-9a-fA-F]{2})+/g, (hex) => Buffer.from(hex.replaceAll('\\', ''), 'hex').toString())
    .replace(/\\(.)/g, '$1');
}
