/** Values of a Go template. */
export type Values = Readonly<Record<string, string>>;

/**
 * Renders the templates of the asset: `{{ .name }}` is a value, and a loop over what is not there is nothing. A name that
 * is not known stays as it is, so that it shows in a comparison.
 */
export function render(template: string, values: Values): string {
  return template
    .replaceAll(/\{\{-?\s*range [^}]*\}\}.*?\{\{-?\s*end\s*-?\}\}/gs, '')
    .replaceAll(/\{\{\s*\.?([\w.]+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Splits a command line as a shell does: spaces separate, quotes group. */
export function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
      double === undefined ? (single ?? '') : double.replaceAll(/\\(["\\$`])/g, '$1'),
    ),
  );
}
