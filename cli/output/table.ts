/** Columns of a terminal that a text takes: wide characters and emoji take two, marks none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}|\u200d|\ufe0f/u.test(character)) continue;
    width +=
      /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Header names as Flux prints them. */
function title(header: string): string {
  return header.toUpperCase().replaceAll(/[_.]/g, ' ');
}

/** Prints rows that come one after another under one header, in columns that only ever grow. */
export interface TablePrinter {
  /** The text of the rows, with the header before the first ones. */
  print(rows: readonly (readonly string[])[]): string;
}

/**
 * Flux's tables: cells padded with spaces and separated by tabs, so that they are aligned for people and easy to cut for
 * scripts. A cell of several lines makes a row of several lines.
 * @param headers none prints no header
 */
export function createTable(headers: readonly string[]): TablePrinter {
  const widths: number[] = [];
  let isFirst = true;
  return {
    print(rows) {
      const titles = isFirst && headers.length > 0 ? [headers.map(title)] : [];
      isFirst = false;
      const body = rows.map((row) => row.map((cell) => cell.split('\n')));
      for (const row of [...titles.map((cells) => cells.map((cell) => [cell])), ...body]) {
        for (const [column, lines] of row.entries()) {
          widths[column] = Math.max(widths[column] ?? 0, ...lines.map(displayWidth));
        }
      }
      const pad = (text: string, column: number) =>
        text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(text)));
      // Flux's library ends the header with a space and rows with a tab.
      const head = titles.map((cells) => `${cells.map(pad).join('\t')} \n`);
      const lines = body.flatMap((row) => {
        const height = Math.max(0, ...row.map((cell) => cell.length));
        return Array.from(
          { length: height },
          (_, line) => `${row.map((cell, column) => `${pad(cell[line] ?? '', column)}\t`).join('')}\n`,
        );
      });
      return [...head, ...lines].join('');
    },
  };
}

/** One table, complete. */
export function tableText(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  return createTable(headers).print(rows);
}
