/** How a registry wants to be asked. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      /** Where tokens come from. */
      readonly realm: string;
      readonly service: string;
      /** What this request needs; separated by spaces. */
      readonly scope: string;
      readonly error: string;
    };

const scheme = /(?:^|,)\s*(basic|bearer)(?=\s|$|,)\s*/gi;
const parameter = /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** Reads the values of `WWW-Authenticate`; bearer comes before basic, as in Docker. Undefined when neither is offered. */
export function parseChallenge(headers: readonly string[]): Challenge | undefined {
  const found = headers.flatMap(challengesIn);
  return found.find((one) => one.scheme === 'bearer') ?? found[0];
}

function challengesIn(header: string): Challenge[] {
  // Words in quotes are no schemes; they keep their length, so that positions stay right.
  const bare = header.replace(/"(?:[^"\\]|\\.)*"/g, (text) => '"'.padEnd(text.length, '"'));
  const starts = [...bare.matchAll(scheme)];
  return starts.flatMap((start, index): Challenge[] => {
    if (start[1]?.toLowerCase() === 'basic') return [{ scheme: 'basic' }];
    const parameters = parse(header.slice(start.index + start[0].length, starts[index + 1]?.index));
    const realm = parameters.get('realm');
    if (!realm) return [];
    const value = (name: string) => parameters.get(name) ?? '';
    return [
      { scheme: 'bearer', realm, service: value('service'), scope: value('scope'), error: value('error') },
    ];
  });
}

function parse(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(parameter)].map(([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'),
    ]),
  );
}
