import { isIPv4, isIPv6 } from 'node:net';

/** What the host does with an address. */
export type AddressKind = 'public' | 'loopback' | 'forbidden';

/** Metadata services of clouds that are not link-local, and addresses that mean no single host. */
const forbidden4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['224.0.0.0', 4],
  ['255.255.255.255', 32],
];

const forbidden6: readonly (readonly [address: string, bits: number])[] = [
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
];

/** Prefixes behind which an IPv4 address hides, and the byte where it starts. */
const embedding: readonly (readonly [prefix: string, bits: number, at: number])[] = [
  ['::ffff:0:0', 96, 12],
  ['::ffff:0:0:0', 96, 12],
  ['::', 96, 12],
  ['64:ff9b::', 96, 12],
  // NAT64 of a network's own (RFC 8215), as it is mostly set up.
  ['64:ff9b:1::', 48, 12],
  ['2002::', 16, 2],
];

/**
 * Classifies an IP address in whatever form it is written; what is no address is forbidden. Addresses of private networks
 * count as public: registries and Git servers live there.
 */
export function addressKind(address: string): AddressKind {
  const plain = address.replace(/%.*$/, '');
  if (isIPv4(plain)) return kind4(bytes4(plain));
  if (isIPv6(plain)) return kind6(bytes6(plain));
  return 'forbidden';
}

function kind4(bytes: readonly number[]): AddressKind {
  if (bytes[0] === 127) return 'loopback';
  return forbidden4.some(([prefix, bits]) => matches(bytes, bytes4(prefix), bits)) ? 'forbidden' : 'public';
}

function kind6(bytes: readonly number[]): AddressKind {
  if (matches(bytes, bytes6('::1'), 128)) return 'loopback';
  if (forbidden6.some(([prefix, bits]) => matches(bytes, bytes6(prefix), bits))) return 'forbidden';
  const found = embedding.find(([prefix, bits]) => matches(bytes, bytes6(prefix), bits));
  // An IPv4 loopback inside an IPv6 address has no honest use.
  if (found) return kind4(bytes.slice(found[2], found[2] + 4)) === 'public' ? 'public' : 'forbidden';
  return 'public';
}

function matches(bytes: readonly number[], prefix: readonly number[], bits: number): boolean {
  return bytes.every((byte, index) => {
    const significant = Math.min(Math.max(bits - index * 8, 0), 8);
    const mask = (0xff << (8 - significant)) & 0xff;
    return (byte & mask) === ((prefix[index] ?? 0) & mask);
  });
}

function bytes4(address: string): number[] {
  return address.split('.').map(Number);
}

function bytes6(address: string): number[] {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const [a = 0, b = 0, c = 0, d = 0] = bytes4(dotted?.[2] ?? '0.0.0.0');
  const hexadecimal = dotted
    ? `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    : address;
  const [head = '', tail] = hexadecimal.split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const first = groups(head);
  const last = groups(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...new Array<number>(gap).fill(0), ...last].flatMap((group) => [
    group >> 8,
    group & 0xff,
  ]);
}
