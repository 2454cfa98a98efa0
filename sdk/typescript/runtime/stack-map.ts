import { decode, type SourceMapMappings } from '@jridgewell/sourcemap-codec';

/** Where the parts of a bundle come from. */
export interface StackMap {
  /** As in a source map. */
  readonly mappings: string;
  /** Names as they are shown. */
  readonly sources: readonly string[];
}

/** The name that bundles are evaluated under. */
export const bundleName = 'plugin.js';

const place = /plugin\.js:(\d+):(\d+)/;
// The engine's own functions, and the SDK's: an author looks for neither.
const hidden = /@flux-host\/sdk\/typescript\/|flux-main\.js|\(native\)|<eval>|^\s*$/;

function original(
  { mappings, sources }: { mappings: SourceMapMappings; sources: readonly string[] },
  line: number,
  column: number,
): string | null {
  const segments = mappings[line - 1] ?? [];
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.[0] ?? 0) < column) low = middle + 1;
    else high = middle;
  }
  const segment = segments[low - 1];
  if (!segment || segment.length < 4) return null;
  const [, source = 0, sourceLine = 0, sourceColumn = 0] = segment;
  return `${sources[source]}:${sourceLine + 1}:${sourceColumn + 1}`;
}

/** Makes a function that puts the places of the author's sources into a stack of the engine. */
export function stackMapper({ mappings, sources }: StackMap): (stack: string) => string {
  // Decoded only when something fails.
  let decoded: SourceMapMappings | null = null;
  return (stack) =>
    stack
      .split('\n')
      .map((frame) =>
        frame.replace(place, (all, line: string, column: string) => {
          decoded ??= decode(mappings);
          return original({ mappings: decoded, sources }, Number(line), Number(column)) ?? all;
        }),
      )
      .filter((frame) => !hidden.test(frame))
      .join('\n');
}
