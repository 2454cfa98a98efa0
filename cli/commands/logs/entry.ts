import { isRecord, stringAt } from '@flux-host/host/json.ts';
import type { Invocation } from '../../command/types.ts';

/** A log line of a controller, in the fields that are shown. */
export interface Entry {
  readonly time: string;
  readonly level: string;
  readonly kind: string;
  /** Kind under the name that older controllers give it. */
  readonly reconcilerKind: string;
  readonly name: string;
  readonly namespace: string;
  readonly message: string;
  readonly error: string;
}

/** @returns undefined for a line that is not a JSON object: output of a crash, of a library */
export function parseEntry(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(fields)) return undefined;
  const text = (field: string) => stringAt(fields, field) ?? '';
  return {
    time: text('ts'),
    level: text('level'),
    kind: text('controllerKind'),
    reconcilerKind: text('reconciler kind'),
    name: text('name'),
    namespace: text('namespace'),
    message: text('msg'),
    error: text('error'),
  };
}

/** Flux's form of a log line. */
export function entryText(entry: Entry): string {
  const { time, level, name, namespace, message, error } = entry;
  const object = `${entry.reconcilerKind || entry.kind}${name ? `/${name}.${namespace}` : ''}`;
  return `${time} ${level} ${object} - ${message} ${error}\n`;
}

/** Whether the flags select an entry. */
export function entryFilter({ flags, namespace }: Invocation): (entry: Entry) => boolean {
  const [level, kind, name] = ['level', 'kind', 'name'].map((flag) => flags.text(flag).toLowerCase());
  const everywhere = flags.is('all-namespaces');
  const same = (wanted: string | undefined, ...found: readonly string[]) =>
    !wanted || found.some((each) => each.toLowerCase() === wanted);
  return (entry) =>
    same(level, entry.level) &&
    same(kind, entry.kind, entry.reconcilerKind) &&
    same(name, entry.name) &&
    (everywhere || same(namespace, entry.namespace));
}
