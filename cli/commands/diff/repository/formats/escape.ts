/** Text of objects in Markdown: whoever wrote them must not be able to write more than text. */

/** A block of code whose end no line of it can be taken for. */
export function codeBlock(text: string, language = ''): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

/** A piece of code in a line, as HTML: it is the same in tables, summaries and lists. */
export function inlineCode(text: string): string {
  const escaped = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[&<>"'`*_[\]|~@#\\]/g, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${escaped}</code>`;
}
