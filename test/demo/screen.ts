const interactive = process.stdout.isTTY === true;
const bold = (text: string) => (interactive ? `\x1b[1m${text}\x1b[0m` : text);
const dim = (text: string) => (interactive ? `\x1b[2m${text}\x1b[0m` : text);
const red = (text: string) => (interactive ? `\x1b[31m${text}\x1b[0m` : text);
const green = (text: string) => (interactive ? `\x1b[32m${text}\x1b[0m` : text);

/** One line of the live table. */
export interface Row {
  readonly object: string;
  readonly state: 'ready' | 'working' | 'waiting' | 'failing';
  readonly message: string;
}

let painted = 0;
let last: readonly string[] = [];

/** Shows the table; on a terminal it replaces the one before, elsewhere only changes are printed. */
export function showTable(rows: readonly Row[]): void {
  const width = Math.max(6, ...rows.map(({ object }) => object.length));
  const columns = (process.stdout.columns ?? 120) - width - 12;
  const lines = rows.map(({ object, state, message }) => {
    const paint = state === 'ready' ? green : state === 'failing' ? red : dim;
    const oneLine = message.replaceAll('\n', ' ');
    const cut = oneLine.length > columns ? `${oneLine.slice(0, columns - 1)}…` : oneLine;
    return `  ${object.padEnd(width)}  ${paint(state.padEnd(7))}  ${dim(cut)}`;
  });
  const news = interactive ? lines : lines.filter((line) => !last.includes(line));
  if (news.length === 0 || lines.join('\n') === last.join('\n')) return;
  if (interactive && painted > 0) process.stdout.write(`\x1b[${painted}A\x1b[J`);
  process.stdout.write(`${news.join('\n')}\n`);
  painted = lines.length;
  last = lines;
}

/** Leaves the table where it is: what comes next is printed below it. */
export function endTable(): void {
  painted = 0;
}

export function heading(text: string): void {
  endTable();
  process.stdout.write(`\n${bold(text)}\n`);
}

export function done(text: string): void {
  endTable();
  process.stdout.write(`${green('✔')} ${text}\n`);
}

export function failed(text: string): void {
  endTable();
  process.stdout.write(`${red('✗')} ${text}\n`);
}

export function note(text: string): void {
  endTable();
  process.stdout.write(`${dim(text)}\n`);
}
