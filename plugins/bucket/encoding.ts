/** A key as the path of a URL: its slashes stay. */
export function encodedPath(key: string): string {
  return key.split('/').map(encodedSegment).join('/');
}

/** All but letters, digits and `-._~`, as signatures want it. */
export function encodedSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A query in the order that it is given; what is empty is left out. */
export function query(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(parameters)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
    .map(([name, value]) => `${name}=${encodedSegment(value)}`)
    .join('&');
}
