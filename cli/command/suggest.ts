/** Edits (insert, delete, replace) between two words, in any letter case. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (left === right ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Names that the user may have meant: two edits away at most, or beginning with what was typed (cobra's rule). */
export function similarNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  return names.filter((name) => {
    const candidate = name.toLowerCase();
    return distance(wanted, candidate) <= 2 || candidate.startsWith(wanted);
  });
}
