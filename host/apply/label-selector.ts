export type LabelMatcher = (labels: Readonly<Record<string, string>>) => boolean;

const key = '(?<key>[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)';
const forms = {
  set: new RegExp(`^${key}\\s+(?<operator>in|notin)\\s*\\((?<values>[^()]*)\\)$`),
  exists: new RegExp(`^(?<not>!\\s*)?${key}$`),
  compare: new RegExp(`^${key}\\s*(?<operator>==|=|!=|>|<)\\s*(?<value>[-A-Za-z0-9_.]*)$`),
};

/**
 * Kubernetes' label selector language: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`.
 * @throws Error that says which requirement cannot be parsed
 */
export function parseLabelSelector(selector: string): LabelMatcher {
  const matchers = requirements(selector).map(parseRequirement);
  return (labels) => matchers.every((matches) => matches(labels));
}

/** Splits at the commas that are not inside of parentheses. */
function requirements(selector: string): string[] {
  if (selector.trim() === '') return [];
  return selector.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function parseRequirement(text: string): LabelMatcher {
  const set = forms.set.exec(text)?.groups;
  if (set) return inSet(set['key'] ?? '', set['operator'] === 'notin', set['values'] ?? '');
  const compare = forms.compare.exec(text)?.groups;
  if (compare) return comparison(compare['key'] ?? '', compare['operator'] ?? '', compare['value'] ?? '');
  const exists = forms.exists.exec(text)?.groups;
  if (!exists) throw new Error(`cannot parse the requirement "${text}"`);
  const { key: name = '', not } = exists;
  return (labels) => Object.hasOwn(labels, name) !== Boolean(not);
}

function inSet(name: string, negated: boolean, list: string): LabelMatcher {
  const values = new Set(list.split(',').map((value) => value.trim()));
  return (labels) => {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    return (value !== undefined && values.has(value)) !== negated;
  };
}

function comparison(name: string, operator: string, wanted: string): LabelMatcher {
  const value = (labels: Readonly<Record<string, string>>): string | undefined =>
    Object.hasOwn(labels, name) ? labels[name] : undefined;
  if (operator === '!=') return (labels) => value(labels) !== wanted;
  if (operator === '=' || operator === '==') return (labels) => value(labels) === wanted;
  if (!/^-?\d+$/.test(wanted)) throw new Error(`"${wanted}" is not a whole number`);
  return (labels) => {
    const found = value(labels);
    if (found === undefined || !/^-?\d+$/.test(found)) return false;
    return operator === '>' ? BigInt(found) > BigInt(wanted) : BigInt(found) < BigInt(wanted);
  };
}
