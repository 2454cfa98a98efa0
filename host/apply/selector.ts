import { gvkOf } from '../kube/object.ts';
import type { PartialObject } from '../kube/types.ts';
import { selectorInvalid } from './errors.ts';
import { type LabelMatcher, parseLabelSelector } from './label-selector.ts';

/** Flux's object selector. All but the last two are regular expressions that have to match the whole. */
export interface ObjectSelector {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly annotationSelector?: string | undefined;
}

export type ObjectMatcher = (object: PartialObject) => boolean;

/**
 * Compiles a selector; one without any condition, or none at all, matches every object.
 * @throws FluxError FLUX_E_SELECTOR_INVALID when an expression cannot be parsed
 */
export function compileSelector(selector: ObjectSelector | undefined): ObjectMatcher {
  if (!selector) return () => true;
  const group = whole('group', selector.group);
  const version = whole('version', selector.version);
  const kind = whole('kind', selector.kind);
  const name = whole('name', selector.name);
  const namespace = whole('namespace', selector.namespace);
  const labels = keyValues('labelSelector', selector.labelSelector);
  const annotations = keyValues('annotationSelector', selector.annotationSelector);
  return (object) => {
    const { metadata } = object;
    if (!name(metadata?.name ?? '') || !namespace(metadata?.namespace ?? '')) return false;
    if (!labels(metadata?.labels ?? {}) || !annotations(metadata?.annotations ?? {})) return false;
    const gvk = gvkOf(object);
    return group(gvk.group) && version(gvk.version) && kind(gvk.kind);
  };
}

function whole(field: string, pattern: string | undefined): (text: string) => boolean {
  if (!pattern) return () => true;
  try {
    // Go writes a flag for all of an expression in front of it; JavaScript has it apart.
    const [, flag, rest = pattern] = /^(\(\?i\))(.*)$/s.exec(pattern) ?? [];
    const expression = new RegExp(`^(?:${rest})$`, flag ? 'i' : '');
    return (text) => expression.test(text);
  } catch (error) {
    throw selectorInvalid(field, pattern, error);
  }
}

function keyValues(field: string, selector: string | undefined): LabelMatcher {
  if (!selector) return () => true;
  try {
    return parseLabelSelector(selector);
  } catch (error) {
    throw selectorInvalid(field, selector, error);
  }
}
