import type { Counts } from './summary.ts';

interface GoEvent {
  readonly Action?: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
}

/** What `go test -json` said. */
export interface GoResult extends Counts {
  /** The plain output, as without `-json`. */
  readonly output: string;
}

/**
 * Reads the event stream of `go test -json`. A test with subtests counts as its subtests.
 * Lines that are no JSON (a compiler's) go to the output as they are.
 */
export function parseGoEvents(stream: string): GoResult {
  const ended = new Map<string, string>();
  let output = '';
  for (const line of stream.split('\n')) {
    if (line === '') continue;
    const event = eventOf(line);
    if (!event) output += `${line}\n`;
    else if (event.Output !== undefined) output += event.Output;
    else if (event.Test && event.Action && ['pass', 'fail', 'skip'].includes(event.Action)) {
      ended.set(`${event.Package} ${event.Test}`, event.Action);
    }
  }
  const parents = new Set([...ended.keys()].flatMap(parentsOf));
  const actions = [...ended].filter(([name]) => !parents.has(name)).map(([, action]) => action);
  const count = (wanted: string) => actions.filter((action) => action === wanted).length;
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip'), output };
}

function parentsOf(name: string): string[] {
  const packageEnd = name.indexOf(' ');
  const parts = name.slice(packageEnd + 1).split('/');
  return parts
    .slice(1)
    .map((_, index) => `${name.slice(0, packageEnd)} ${parts.slice(0, index + 1).join('/')}`);
}

function eventOf(line: string): GoEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
