/** The present in RFC 3339 with microseconds, so that two requests in a row differ. */
export function preciseNow(): string {
  const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
  const fraction = String(microseconds % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const second = new Date(Math.floor(microseconds / 1_000_000) * 1000).toISOString().slice(0, 19);
  return `${second}${fraction ? `.${fraction}` : ''}Z`;
}
