/**
 * Whether version `a` of an object is later than version `b`. Versions of one resource can be compared as numbers
 * (KEP-5504, and true of all API servers on etcd before it was promised). False when either is absent.
 */
export function isNewer(a: string | undefined, b: string | undefined): boolean {
  if (!a || !b || a === b) return false;
  return a.length === b.length ? a > b : a.length > b.length;
}
