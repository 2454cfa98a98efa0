/** An object as flags name it; what is not given is empty. */
export interface NamedObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Reads `[<kind>/]<name>[.<namespace>]`; what follows the last dot is the namespace, which has none in it. */
export function objectNamed(text: string): NamedObject {
  const parts = text.split('/');
  const [kind = '', rest = ''] = parts.length === 2 ? parts : ['', text];
  const dot = rest.lastIndexOf('.');
  return dot < 0
    ? { kind, name: rest, namespace: '' }
    : { kind, name: rest.slice(0, dot), namespace: rest.slice(dot + 1) };
}
