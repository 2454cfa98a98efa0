/** Fields as `application/x-www-form-urlencoded`, sorted and escaped as Go does. */
export function formEncode(fields: Readonly<Record<string, string>>): string {
  return Object.keys(fields)
    .sort()
    .map((name) => `${escaped(name)}=${escaped(fields[name] ?? '')}`)
    .join('&');
}

function escaped(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
