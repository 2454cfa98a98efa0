import { FluxError } from '../errors/flux-error.ts';

/** One condition of a label selector; all of them must hold. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'GreaterThan' | 'LessThan';
  readonly values: readonly string[];
}

/** An empty selector matches everything. */
export type LabelSelector = readonly LabelRequirement[];

/** The object form of a selector, as in `spec.selector`. */
export interface LabelSelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const name = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const value = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

// The forms that kubectl's `-l` takes: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, `a<1`.
const set = /^(?<key>\S+)\s+(?<operator>in|notin)\s*\((?<values>[^()]*)\)$/;
const equality = /^(?<key>[^\s=!<>]+)\s*(?<operator>==|=|!=|>|<)\s*(?<value>\S*)$/;
const symbols = new Map<string, LabelRequirement['operator']>([
  ['=', 'In'],
  ['==', 'In'],
  ['!=', 'NotIn'],
  ['>', 'GreaterThan'],
  ['<', 'LessThan'],
]);
const existence = /^(?<not>!?)\s*(?<key>[^\s=!<>]+)$/;

/**
 * Parses the text form of a label selector.
 * @throws FluxError `FLUX_E_LABEL_SELECTOR` naming the part that is wrong
 */
export function parseLabelSelector(text: string): LabelSelector {
  return splitOutsideParentheses(text).map(parseRequirement);
}

/**
 * Reads the object form of a label selector.
 * @throws FluxError `FLUX_E_LABEL_SELECTOR` for an unknown operator or bad values
 */
export function labelSelectorOf(selector: LabelSelectorObject): LabelSelector {
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator !== 'In' && operator !== 'NotIn' && operator !== 'Exists' && operator !== 'DoesNotExist') {
      throw wrong(`${key} ${operator}`, 'the operator must be In, NotIn, Exists or DoesNotExist');
    }
    return checked({ key, operator, values }, `${key} ${operator} (${values.join(',')})`);
  });
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    checked({ key, operator: 'In', values: [value] }, `${key}=${value}`),
  );
  return [...labels, ...expressions];
}

type Operator = LabelRequirement['operator'];
type Values = readonly string[];

interface OperatorRules {
  holds(actual: string | undefined, values: Values): boolean;
  format(key: string, values: Values): string;
}

const operators: Readonly<Record<Operator, OperatorRules>> = {
  In: {
    holds: (actual, values) => actual !== undefined && values.includes(actual),
    format: (key, values) =>
      values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`,
  },
  NotIn: {
    holds: (actual, values) => actual === undefined || !values.includes(actual),
    format: (key, values) =>
      values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(',')})`,
  },
  Exists: { holds: (actual) => actual !== undefined, format: (key) => key },
  DoesNotExist: { holds: (actual) => actual === undefined, format: (key) => `!${key}` },
  GreaterThan: {
    holds: (actual, values) => isInteger(actual) && Number(actual) > Number(values[0]),
    format: (key, values) => `${key}>${values[0]}`,
  },
  LessThan: {
    holds: (actual, values) => isInteger(actual) && Number(actual) < Number(values[0]),
    format: (key, values) => `${key}<${values[0]}`,
  },
};

/** Whether labels satisfy every requirement. As in Kubernetes, `!=` and `notin` hold for an absent label. */
export function matchesLabels(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | undefined = {},
): boolean {
  return selector.every(({ key, operator, values }) =>
    operators[operator].holds(Object.hasOwn(labels, key) ? labels[key] : undefined, values),
  );
}

/** The text form, as the API server takes it in `labelSelector`. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector.map(({ key, operator, values }) => operators[operator].format(key, values)).join(',');
}

function splitOutsideParentheses(text: string): string[] {
  if (text.trim() === '') return [];
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function parseRequirement(text: string): LabelRequirement {
  const inSet = set.exec(text)?.groups;
  if (inSet) {
    const values = (inSet['values'] ?? '').split(',').map((each) => each.trim());
    return checked(
      { key: inSet['key'] ?? '', operator: inSet['operator'] === 'in' ? 'In' : 'NotIn', values },
      text,
    );
  }
  const equal = equality.exec(text)?.groups;
  if (equal) {
    return checked(
      {
        key: equal['key'] ?? '',
        operator: symbols.get(equal['operator'] ?? '') ?? 'In',
        values: [equal['value'] ?? ''],
      },
      text,
    );
  }
  const exists = existence.exec(text)?.groups;
  if (!exists)
    throw wrong(text, 'it is neither key=value, key!=value, key in (a,b), key notin (a,b), key nor !key');
  return checked(
    { key: exists['key'] ?? '', operator: exists['not'] ? 'DoesNotExist' : 'Exists', values: [] },
    text,
  );
}

function checked(requirement: LabelRequirement, text: string): LabelRequirement {
  const { key, operator, values } = requirement;
  const slash = key.indexOf('/');
  if (!name.test(key) || slash > 253) throw wrong(text, `"${key}" is not a label name`);
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
    throw wrong(text, 'there are no values');
  if ((operator === 'GreaterThan' || operator === 'LessThan') && !isInteger(values[0])) {
    throw wrong(text, 'the value must be an integer');
  }
  const bad = values.find((each) => !value.test(each));
  if (bad !== undefined) throw wrong(text, `"${bad}" is not a label value`);
  return requirement;
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^-?\d+$/.test(text);
}

function wrong(part: string, why: string): FluxError {
  return new FluxError('FLUX_E_LABEL_SELECTOR', `cannot read the label selector at "${part}": ${why}`, {
    hint: 'write it like `app=web,tier in (a,b),!legacy`',
  });
}
