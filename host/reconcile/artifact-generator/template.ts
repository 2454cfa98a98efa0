/** A name between braces, as in `apps/{app}`. */
const captureName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A text in pieces: as they are, and names between braces. */
export type Piece = { readonly text: string } | { readonly capture: string };

/** @throws RangeError that says what is wrong, beginning with where */
export function parseTemplate(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const next = text.slice(at).search(/[{}]/);
    if (next === -1) break;
    const brace = at + next;
    if (text[brace] === '}')
      throw new RangeError(`capture ending at offset ${brace} is missing opening brace`);
    const end = text.indexOf('}', brace);
    if (end === -1) throw new RangeError(`capture starting at offset ${brace} is missing closing brace`);
    const name = text.slice(brace + 1, end);
    if (name === '') throw new RangeError('empty capture variable');
    if (!captureName.test(name)) {
      throw new RangeError(
        `capture variable "${name}" must be a valid capture name matching [A-Za-z_][A-Za-z0-9_]*`,
      );
    }
    pieces.push({ text: text.slice(at, brace) }, { capture: name });
    at = end + 1;
  }
  pieces.push({ text: text.slice(at) });
  return pieces;
}

/**
 * Puts values in place of the names.
 * @throws RangeError for a name that there is no value for
 */
export function render(template: string, values: Readonly<Record<string, string>>): string {
  let text = '';
  try {
    for (const piece of parseTemplate(template)) {
      if ('text' in piece) text += piece.text;
      else if (Object.hasOwn(values, piece.capture)) text += values[piece.capture];
      else throw new RangeError(`capture variable "${piece.capture}" is not defined by pathPattern`);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`invalid template ${JSON.stringify(template)}: ${error.message}`);
  }
  return text;
}
