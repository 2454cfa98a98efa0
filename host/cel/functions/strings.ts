import type { Budget } from '../budget.ts';
import { arity, type CelFunction, count, list, text, unsuitable } from './types.ts';

/** What Go's unicode.IsSpace takes for white space; JavaScript's `\s` has U+FEFF in addition, and lacks U+0085. */
const space = String.raw`[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const around = new RegExp(`^${space}+|${space}+$`, 'g');

/** Methods on whole strings: of CEL itself and of cel-go's `ext.Strings`. */
export const stringFunctions: Readonly<Record<string, CelFunction>> = {
  startsWith: test((subject, part) => subject.startsWith(part)),
  endsWith: test((subject, part) => subject.endsWith(part)),
  contains: test((subject, part) => subject.includes(part)),
  lowerAscii: map((subject) => subject.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase())),
  upperAscii: map((subject) => subject.replaceAll(/[a-z]+/g, (part) => part.toUpperCase())),
  trim: map((subject) => subject.replaceAll(around, '')),
  reverse: map((subject) => [...subject].reverse().join('')),
  replace(args, budget) {
    arity(args, 3, 4);
    const limit = args.length === 4 ? count(args[3]) : -1;
    return replace({ subject: text(args[0]), old: text(args[1]), new: text(args[2]), limit }, budget);
  },
  split(args, budget) {
    arity(args, 2, 3);
    const subject = text(args[0]);
    budget.charge(subject.length + 1);
    return split(subject, text(args[1]), args.length === 3 ? count(args[2]) : -1);
  },
  join(args, budget) {
    arity(args, 1, 2);
    const separator = args.length === 2 ? text(args[1]) : '';
    const items = list(args[0]);
    if (!items.every((item) => typeof item === 'string')) {
      throw unsuitable('join', args);
    }
    const total = items.reduce((sum, item) => sum + item.length + separator.length, 0);
    budget.chargeBytes(total);
    budget.charge(items.length);
    return items.join(separator);
  },
  'strings.quote': map(quote),
};

function test(holds: (subject: string, part: string) => boolean): CelFunction {
  return (args, budget) => {
    arity(args, 2);
    const subject = text(args[0]);
    budget.chargeBytes(subject.length);
    return holds(subject, text(args[1]));
  };
}

function map(change: (subject: string) => string): CelFunction {
  return (args, budget) => {
    arity(args, 1);
    const subject = text(args[0]);
    budget.charge(Math.ceil(subject.length / 2));
    return change(subject);
  };
}

interface Replacement {
  readonly subject: string;
  readonly old: string;
  readonly new: string;
  /** Negative: all. */
  readonly limit: number;
}

/** Go's strings.Replace: an empty old text is found before every character and at the end. */
function replace(replacement: Replacement, budget: Budget): string {
  const { subject, old, limit } = replacement;
  budget.charge(Math.ceil(subject.length / 2));
  const parts = old === '' ? ['', ...subject].concat('') : subject.split(old);
  const times = Math.min(limit < 0 ? Number.POSITIVE_INFINITY : limit, parts.length - 1);
  budget.chargeBytes(times * replacement.new.length);
  const kept = parts.slice(times).join(old);
  return [...parts.slice(0, times), kept].join(replacement.new);
}

/** Go's strings.SplitN: a limit of 0 gives nothing, a negative one everything. */
function split(subject: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? [...subject] : subject.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

const quoted: Readonly<Record<string, string | undefined>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
};

function quote(subject: string): string {
  const inner = Array.from(subject.toWellFormed(), (char) => quoted[char] ?? char);
  return `"${inner.join('')}"`;
}
