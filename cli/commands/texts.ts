/** Adds what Flux says about commands that may still change. */
export function preview(text: string): string {
  return `${text.trim()}

⚠️  Please note that this command is in preview and under development.
While we try our best to not introduce breaking changes, they may occur when
we adapt to new features and/or find better ways to facilitate what it does.`;
}
