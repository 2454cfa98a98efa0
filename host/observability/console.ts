/** A JSON line as zap's console encoder writes it: time, level, message and the other fields as JSON, with tabs between. */
export function consoleLine(json: string): string {
  const line: Record<string, unknown> = JSON.parse(json);
  const { level, ts, msg, logger, stacktrace, ...fields } = line;
  const parts = [ts, String(level).toUpperCase(), logger, msg]
    .filter((part) => part !== undefined)
    .map(String);
  if (Object.keys(fields).length > 0) parts.push(JSON.stringify(fields));
  const stack = stacktrace === undefined ? '' : `\n${String(stacktrace)}`;
  return `${parts.join('\t')}${stack}\n`;
}
