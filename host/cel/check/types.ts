/** A type while an expression is checked. */
export type Type =
  | { readonly kind: Plain }
  | { readonly kind: 'list' | 'optional_type' | 'type'; readonly of: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly of: Type }
  /** Stands for a type that is not known yet. */
  | { readonly kind: 'parameter'; readonly name: string };

export type Plain =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'google.protobuf.Duration'
  | 'google.protobuf.Timestamp';

export const dyn: Type = { kind: 'dyn' };
export const bool: Type = { kind: 'bool' };
/** The type of what is wrong already: fits everywhere, so that one mistake is reported once. */
export const error: Type = { kind: 'error' };

/** As cel-go writes it, e.g. `map(string, dyn)`. */
export function formatType(type: Type): string {
  switch (type.kind) {
    case 'list':
    case 'optional_type':
    case 'type':
      return `${type.kind}(${formatType(type.of)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.of)})`;
    case 'parameter':
      return type.name;
    case 'error':
      return '!error!';
    default:
      return type.kind;
  }
}

/** Whether both are the same, parameters by name. */
export function sameType(a: Type, b: Type): boolean {
  return formatType(a) === formatType(b);
}
