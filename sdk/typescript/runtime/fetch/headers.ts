type Init = Headers | Readonly<Record<string, string>> | Iterable<readonly [string, string]>;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const forbidden = /[\0\r\n]/;

function checkedName(name: string): string {
  if (!token.test(name)) throw new TypeError(`"${name}" is no name of a header`);
  return name.toLowerCase();
}

function checkedValue(name: string, value: unknown): string {
  const text = String(value).trim();
  if (forbidden.test(text)) throw new TypeError(`the value of the header ${name} has a line break in it`);
  return text;
}

/** Headers of a request or response; names are compared without regard to letter case. */
export class Headers {
  #pairs: [name: string, value: string][] = [];

  constructor(init?: Init) {
    if (init === undefined) return;
    const pairs = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name: string, value: string): void {
    const key = checkedName(name);
    this.#pairs.push([key, checkedValue(key, value)]);
  }

  delete(name: string): void {
    const key = checkedName(name);
    this.#pairs = this.#pairs.filter(([other]) => other !== key);
  }

  get(name: string): string | null {
    const key = checkedName(name);
    const values = this.#pairs.filter(([other]) => other === key).map(([, value]) => value);
    return values.length === 0 ? null : values.join(', ');
  }

  getSetCookie(): string[] {
    return this.#pairs.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  *entries(): Generator<[string, string], undefined> {
    const names = [...new Set(this.#pairs.map(([name]) => name))].sort();
    for (const name of names) {
      if (name === 'set-cookie') for (const value of this.getSetCookie()) yield [name, value];
      else yield [name, this.get(name) ?? ''];
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [name] of this) yield name;
  }

  *values(): Generator<string, undefined> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): Generator<[string, string], undefined> {
    return this.entries();
  }
}
