/**
 * A moment as Go prints a time in the local zone: `2021-07-16 17:42:20 +0200 CEST`.
 * @param time RFC 3339; anything else is returned as it is
 */
export function goTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const ahead = -date.getTimezoneOffset();
  const sign = ahead < 0 ? '-' : '+';
  const hours = two(Math.floor(Math.abs(ahead) / 60));
  const minutes = two(Math.abs(ahead) % 60);
  return `${day} ${clock} ${sign}${hours}${minutes} ${zoneName(date) ?? `${sign}${hours}${minutes === '00' ? '' : minutes}`}`;
}

/** The zone's abbreviation; which locale knows it depends on the part of the world. */
function zoneName(date: Date): string | undefined {
  if (date.getTimezoneOffset() === 0 && new Intl.DateTimeFormat().resolvedOptions().timeZone === 'UTC') {
    return 'UTC';
  }
  for (const locale of ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-NZ', 'en-ZA']) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(date);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  return undefined;
}
