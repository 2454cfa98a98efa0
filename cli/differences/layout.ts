export interface LayoutOptions {
  /** Columns of the terminal; without it blocks always stand side by side. */
  readonly width?: number;
  /** Between two blocks. */
  readonly gap?: string;
  /** Spaces before each block. */
  readonly indent?: number;
}

/** Blocks of lines side by side where the width allows it, one below the other, each with a line break after it, otherwise. */
export function sideBySide(blocks: readonly string[], options: LayoutOptions = {}): string {
  const { width = Number.POSITIVE_INFINITY, gap = '   ', indent = 0 } = options;
  const columns = blocks.map((block) => block.split('\n'));
  const widths = columns.map((lines) => Math.max(...lines.map(lengthOf)));
  const total = widths.reduce((sum, each) => sum + each, indent + gap.length * (blocks.length - 1));
  const margin = ' '.repeat(indent);
  if (total > width)
    return columns
      .flat()
      .map((line) => `${margin}${line}\n`)
      .join('');
  const rows = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: rows }, (_, row) =>
    columns
      .map((lines, column) => margin + padded(lines[row] ?? '', widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  ).join('\n');
}

const lengthOf = (text: string) => [...text].length;
const padded = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - lengthOf(text)));
