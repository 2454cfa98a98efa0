/** Reads `name` or `namespace/name`, as `--depends-on` names what has to be ready first. */
export function dependency(text: string): { name: string; namespace?: string } {
  const [namespace = '', name, ...more] = text.split('/');
  return name === undefined || more.length > 0 ? { name: text } : { namespace, name };
}
