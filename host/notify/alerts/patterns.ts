import { errorText } from '../../errors/text.ts';
import { Lru } from '../../lru.ts';
import { compileGoRegexp } from '../../regexp/go-regexp.ts';
import { invalidAlert } from '../errors.ts';

/** A compiled entry of an inclusion or exclusion list. */
export interface Pattern {
  matches(message: string): boolean;
}

/** Longest entry of a list, in characters. */
const maxPattern = 1024;
/** Characters of a message that are looked at: the most that Flux's controllers send. */
const maxMessage = 39_000;

const compiled = new Lru<Pattern>(1000);

/**
 * Compiles a regular expression of Go's syntax, which is RE2's. The engine takes linear time: unlike with JavaScript's own, nobody can
 * bring the host to a stop with an Alert.
 * @throws FluxError FLUX_E_NOTIFY_ALERT
 */
export function compilePattern(source: string): Pattern {
  const known = compiled.get(source);
  if (known) return known;
  if (source.length > maxPattern) {
    throw invalidAlert(`regular expression of ${source.length} characters`, `the longest has ${maxPattern}`);
  }
  const pattern = compile(source);
  compiled.set(source, pattern);
  return pattern;
}

function compile(source: string): Pattern {
  try {
    const program = compileGoRegexp(source, maxPattern);
    return { matches: (message) => program.test(message.slice(0, maxMessage)) };
  } catch (error) {
    throw invalidAlert(`${errorText(error)}`, "write it in Go's syntax for regular expressions");
  }
}
