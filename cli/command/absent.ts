/**
 * Commands of Flux 2.9 that this version does not have, by the command that they belong to: they are answered with a
 * sentence of their own, so that nobody looks for a typing error.
 */
export const absent: Readonly<Record<string, readonly string[]>> = {
  flux: ['bootstrap'],
  'flux completion': ['powershell'],
};
