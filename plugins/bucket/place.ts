/** Where an object is written: its key as a path that cannot leave `/out`. */
export function placeOf(key: string): string {
  const parts: string[] = [];
  for (const part of key.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/out/${parts.join('/')}`;
}
