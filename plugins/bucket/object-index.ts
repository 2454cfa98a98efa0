import { encodeHex, sha256 } from '@flux-host/sdk/typescript';

/** More would not fit into the memory along with everything else. */
const mostObjects = 500_000;

/** The objects of a bucket by key, with the ETags that their revision is made of. */
export class ObjectIndex {
  readonly #etags = new Map<string, string>();

  get size(): number {
    return this.#etags.size;
  }

  /** @throws RangeError when there are too many */
  add(key: string, etag: string): void {
    this.#etags.set(key, etag);
    if (this.#etags.size > mostObjects) {
      throw new RangeError(
        `the bucket has more than ${mostObjects} objects: narrow it by spec.prefix or spec.ignore`,
      );
    }
  }

  delete(key: string): void {
    this.#etags.delete(key);
  }

  keys(): string[] {
    return [...this.#etags.keys()].sort(byCodePoint);
  }

  etag(key: string): string | undefined {
    return this.#etags.get(key);
  }

  /** `sha256:…` of the lines "key etag" in the order of the keys' bytes, as Flux has it. */
  revision(): string {
    const lines = this.keys().map((key) => `${key} ${this.#etags.get(key)}\n`);
    return `sha256:${encodeHex(sha256(lines.join('')))}`;
  }
}

/** The order of the bytes in UTF-8 is that of the code points; JavaScript's own is that of UTF-16, where surrogates come too early. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x === y) continue;
    const [isX, isY] = [isSurrogate(x), isSurrogate(y)];
    return isX === isY ? x - y : isX ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;
