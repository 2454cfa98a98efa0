import Mustache from 'mustache';

/** A text with holes, parsed once. */
export interface Template {
  /** @param view what `{{names}}` stand for */
  render(view: Readonly<Record<string, unknown>>): string;
}

/** How values get into the text. */
export interface TemplateOptions {
  /** Makes a value fit where it goes, e.g. an HTML escape; default: as it is. */
  readonly escapeWith?: (value: unknown) => string;
}

/**
 * Parses a Mustache template: `{{event.message}}`, sections `{{#list}}…{{/list}}`. Nothing is evaluated as code.
 * @throws Error that names the place of a fault in the template
 */
export function template(text: string, { escapeWith = String }: TemplateOptions = {}): Template {
  const writer = new Mustache.Writer();
  writer.parse(text);
  return { render: (view) => writer.render(text, view, undefined, { escape: escapeWith }) };
}
