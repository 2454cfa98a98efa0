import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';

/** What failures have in common. */
export interface Cause {
  /** Equal for failures with one cause. */
  readonly key: string;
  /** For people. */
  readonly title: string;
}

/** Characters of a message that are looked at. */
const maxText = 4000;

const dns: readonly RegExp[] = [
  // Go, as in Flux's controllers.
  /\blookup (?<host>[\w.-]+)(?: on [\w.:[\]]+)?: (?<what>no such host|i\/o timeout|server misbehaving|[\w ]{1,60})/,
  /\bgetaddrinfo (?<what>ENOTFOUND|EAI_AGAIN) (?<host>[\w.-]+)/,
  // This host.
  /(?<host>[\w.-]+)(?::\d+)? cannot be found: (?<what>its name has no address|the DNS server does not answer)/,
];

/** Kinds of trouble that concern everybody who talks to the same host. */
const trouble: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['the connection was refused', /connection refused|ECONNREFUSED|refused the connection/],
  [
    'there is no route',
    /no route to host|network is unreachable|E(?:HOST|NET)UNREACH|cannot be reached: there is no route/,
  ],
  [
    'no answer in time',
    /i\/o timeout|connection timed out|TLS handshake timeout|ETIMEDOUT|did not (?:answer|respond|accept the connection) in time/,
  ],
  ['the certificate is not trusted', /x509: |certificate of \S+ is not trusted|certificate has expired/],
  [
    'access was denied',
    /\b401 Unauthorized|authentication required|invalid credentials|status(?: code)?:? 401\b/i,
  ],
  [
    'too many requests',
    /\b429 Too Many Requests|toomanyrequests|status(?: code)?:? 429\b|rate limit exceeded/i,
  ],
  ['the server is in trouble', /\b50[0234] [A-Z][a-z]+|status(?: code)?:? 50[0234]\b/],
];

/** Where an URL, a dialled address or one of this host's own messages says the trouble is. */
const places: readonly RegExp[] = [
  /\b(?:https?|ssh|oci|git):\/\/(?:[^@/\s'"]{1,200}@)?(?<host>[\w.-]+(?::\d+)?)/,
  /\bdial (?:tcp|udp) (?<host>[\w.[\]:-]+):\d+/,
  /(?<host>[\w.-]+:\d+) (?:refused|cannot be|did not)/,
  /certificate of (?<host>[\w.:-]+) is/,
];

/**
 * Why something failed, so that failures with one cause are the same: names that cannot be resolved (one broken DNS fails for many hosts), a host
 * that is down or refuses everybody, else the text itself without what is particular to the object.
 */
export function causeOf({ message, involvedObject }: FluxEvent): Cause {
  const text = message.slice(0, maxText);
  for (const pattern of dns) {
    const { host, what } = pattern.exec(text)?.groups ?? {};
    if (host) return { key: 'dns', title: `names cannot be resolved (${host}: ${what})` };
  }
  for (const [name, pattern] of trouble) {
    const host = pattern.test(text) ? hostIn(text) : undefined;
    if (host) return { key: `${name}@${host}`, title: `${host}: ${name}` };
  }
  return { key: `text:${generalised(text, involvedObject)}`, title: firstLine(text) };
}

function hostIn(text: string): string | undefined {
  for (const pattern of places) {
    const host = pattern.exec(text)?.groups?.['host'];
    if (host) return host;
  }
  return undefined;
}

/** What differs from object to object and from attempt to attempt. Every pattern is linear. */
const particulars: readonly RegExp[] = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?/g,
  /\b(?:sha\d+:)?[0-9a-f]{7,128}\b/gi,
  /\d+(?:\.\d+)?(?:ns|µs|ms|s|m|h)?/g,
];

/** A text without names, digests, times and numbers. */
export function generalised(text: string, { name, namespace }: FluxEvent['involvedObject']): string {
  let general = text;
  for (const own of [name, namespace]) if (own) general = general.replace(word(own), '#');
  for (const pattern of particulars) general = general.replace(pattern, '#');
  return general.replace(/#+/g, '#').replace(/\s+/g, ' ').trim();
}

function word(name: string): RegExp {
  return new RegExp(`(?<![\\w-])${name.replace(/[^\w-]/g, '\\$&')}(?![\\w-])`, 'g');
}

/** The first line, shortened. */
export function firstLine(text: string, most = 200): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
