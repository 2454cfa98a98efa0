// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is shown
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text of a plugin as it may stand in conditions, events and on terminals: what would move a cursor, colour a line or turn the direction of writing
 * is shown as an escape. Line ends and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(controls, escaped).toWellFormed();
}

/** The same on one line: a line of the log must not look like several. */
export function oneLine(text: string): string {
  return visibleText(text).replaceAll('\n', '\\n');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
