const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size as Flux's events have it: four digits, thousands. `30.88kB`. */
export function humanSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${Number(size.toPrecision(4))}${units[unit]}`;
}
