/** An event as plugins get it. */
export interface Event {
  readonly involvedObject: Readonly<Record<string, string | undefined>>;
  readonly severity: string;
  readonly timestamp: string | null;
  readonly message: string;
  readonly reason: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly reportingController: string;
  readonly reportingInstance?: string;
}

/**
 * The text that Flux makes of an event, byte for byte: services that are told a digest of it recognise what they have already. It is what Go's
 * encoder writes: fields in the order of their declaration, maps sorted, HTML's characters escaped.
 */
export function eventJson(event: Event): string {
  const { involvedObject: of, severity, timestamp, message, reason, metadata = {} } = event;
  const filled = (fields: Readonly<Record<string, string | undefined>>) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
  const keys = Object.keys(metadata).sort(byCodeUnits);
  const text = JSON.stringify({
    involvedObject: filled({
      kind: of['kind'],
      namespace: of['namespace'],
      name: of['name'],
      uid: of['uid'],
      apiVersion: of['apiVersion'],
      resourceVersion: of['resourceVersion'],
    }),
    severity,
    timestamp,
    message,
    reason,
    ...(keys.length > 0 ? { metadata: Object.fromEntries(keys.map((key) => [key, metadata[key]])) } : {}),
    reportingController: event.reportingController,
    ...filled({ reportingInstance: event.reportingInstance }),
  });
  return text.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
