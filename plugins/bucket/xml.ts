/**
 * Reads the flat XML that object storage answers with, in one pass and without a tree: a listing of a thousand objects is large, and the
 * names of its elements are few and known. Namespaces, attributes and comments do not matter in there.
 */

/** The contents of every element of a name that is not inside another of the same name. */
export function* elements(xml: string, name: string): Generator<string> {
  const close = `</${name}>`;
  for (let at = 0; ; ) {
    const start = opening(xml, name, at);
    if (!start) return;
    if (start.isEmpty) {
      yield '';
      at = start.end;
      continue;
    }
    const end = xml.indexOf(close, start.end);
    if (end === -1) return;
    yield xml.slice(start.end, end);
    at = end + close.length;
  }
}

/** The text of the first element of a name; empty when there is none. */
export function textOf(xml: string, name: string): string {
  for (const content of elements(xml, name)) return unescaped(content);
  return '';
}

function opening(xml: string, name: string, from: number): { end: number; isEmpty: boolean } | undefined {
  for (let at = xml.indexOf(`<${name}`, from); at !== -1; at = xml.indexOf(`<${name}`, at + 1)) {
    const next = xml[at + name.length + 1];
    if (next !== '>' && next !== ' ' && next !== '/') continue;
    const end = xml.indexOf('>', at);
    return end === -1 ? undefined : { end: end + 1, isEmpty: xml[end - 1] === '/' };
  }
  return undefined;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{2,4}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}
