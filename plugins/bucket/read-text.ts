/** The beginning of a text, and whether that is all of it. */
export interface ReadText {
  readonly text: string;
  readonly isWhole: boolean;
}

/** Reads a body as text, but no more than the part that gets beyond `maxBytes`: it may come from anybody, and have no end. */
export async function readText(response: Response, maxBytes: number): Promise<ReadText> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    parts.push(part);
    size += part.length;
    if (size > maxBytes) break;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { text: new TextDecoder().decode(bytes), isWhole: size <= maxBytes };
}
