/** The documents of a YAML stream, each with its final line feed, without separators and empty ones. */
export function* documents(stream: string): Generator<string> {
  let start = 0;
  for (let at = 0; at <= stream.length; ) {
    const end = stream.indexOf('\n', at);
    const next = end < 0 ? stream.length + 1 : end + 1;
    const isEnd = end < 0 && at >= stream.length;
    if (isEnd || isSeparator(stream, at, end < 0 ? stream.length : end)) {
      const document = stream.slice(start, at);
      if (document.trim() !== '') yield document;
      start = next;
    } else if (end < 0) {
      yield stream.slice(start);
      return;
    }
    at = next;
  }
}

/** `---` alone on its line: in a builder's output nothing else begins at the first column with it. */
function isSeparator(stream: string, start: number, end: number): boolean {
  return stream.startsWith('---', start) && stream.slice(start + 3, end).trim() === '';
}
