import Mustache from 'mustache';
import { errorText } from '../../errors/text.ts';
import { invalidAlert } from '../errors.ts';

/** Longest result in characters; the rest is cut off. It is the longest message that Flux's controllers send. */
const maxText = 39_000;
/** Tokens that may be written: sections over lists in sections over lists multiply. */
const maxSteps = 20_000;

type Context = InstanceType<typeof Mustache.Context>;
type Writer = InstanceType<typeof Mustache.Writer>;

/**
 * Fills in a Mustache template. Values stand for themselves (nothing is escaped: a message is no HTML), what is missing is empty, and there is
 * no logic but sections. The work is bounded.
 * @throws FluxError FLUX_E_NOTIFY_ALERT when it cannot be read or wants too much
 */
export function renderTemplate(template: string, view: Readonly<Record<string, unknown>>): string {
  try {
    return new BoundedWriter().render(template, new PlainContext(view), undefined, { escape: String });
  } catch (error) {
    throw invalidAlert(
      `failed to render spec.template: ${errorText(error)}`,
      'see mustache(5) for the language',
    );
  }
}

/** Looks up an object's own fields and nothing else: no methods, no prototypes. */
class PlainContext extends Mustache.Context {
  override lookup(path: string): unknown {
    if (path === '.') return this.view;
    const names = path.split('.');
    for (let context: Context | undefined = this; context; context = context.parent) {
      const [first = '', ...rest] = names;
      if (!hasOwn(context.view, first)) continue;
      let value: unknown = context.view[first];
      for (const name of rest) value = hasOwn(value, name) ? value[name] : undefined;
      return value;
    }
    return undefined;
  }

  override push(view: unknown): Context {
    return new PlainContext(view, this);
  }
}

function hasOwn(value: unknown, name: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name);
}

/** Counts what it writes, and stops where it is too much. */
class BoundedWriter extends Mustache.Writer {
  #steps = 0;
  #length = 0;

  override renderTokens(...args: Parameters<Writer['renderTokens']>): string {
    this.#steps += 1 + args[0].length;
    if (this.#steps > maxSteps) throw new Error(`it takes more than ${maxSteps} steps`);
    return super.renderTokens(...args);
  }

  override rawValue(token: string[]): string {
    return this.#bounded(token[1]);
  }

  override escapedValue(token: string[], context: Context): string {
    return this.#bounded(context.lookup(token[1] ?? ''));
  }

  override unescapedValue(token: string[], context: Context): string {
    return this.#bounded(context.lookup(token[1] ?? ''));
  }

  #bounded(value: unknown): string {
    const text = textOf(value).slice(0, maxText - this.#length);
    this.#length += text.length;
    return text;
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
