import type { Terminal } from '../terminal.ts';

const codes = { red: 31, green: 32, yellow: 33 } as const;

const colours: readonly (readonly [RegExp, keyof typeof codes])[] = [
  [/^(► .* created|\+ .*)$/, 'green'],
  [/^(► .* deleted|- .*)$/, 'red'],
  [/^(► .* skipped|⚠️ .*|[±⇆] .*)$/, 'yellow'],
];

/** Colours the lines of a difference by what they begin with, where the terminal shows colours. */
export function colourDifferences(text: string, terminal: Terminal | undefined): string {
  if (!terminal?.hasColour) return text;
  return text
    .split('\n')
    .map((line) => {
      const [, colour] = colours.find(([pattern]) => pattern.test(line)) ?? [];
      return colour ? `\u001b[${codes[colour]}m${line}\u001b[0m` : line;
    })
    .join('\n');
}
