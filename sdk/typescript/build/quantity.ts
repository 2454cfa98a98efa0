const units = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 } as const;

function isUnit(text: string): text is keyof typeof units {
  return text in units;
}

/** Bytes of a Kubernetes quantity such as `64Mi`; null when it is none. */
export function bytesOfQuantity(quantity: string): number | null {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([kMG]|[KMG]i)?$/.exec(quantity) ?? [];
  return number === '' || !isUnit(unit) ? null : Math.floor(Number(number) * units[unit]);
}
