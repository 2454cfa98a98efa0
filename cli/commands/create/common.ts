import { formatDuration } from '@flux-host/host/duration/duration.ts';
import { usageError } from '../../command/errors.ts';
import type { FlagValues, Invocation } from '../../command/types.ts';

/**
 * The name of the object to create.
 * @throws FluxError FLUX_E_CLI_USAGE when there is none or it is none
 */
export function nameToCreate({ args }: Invocation): string {
  const [name] = args;
  if (name === undefined) throw usageError('name is required');
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw usageError(
      `name '${name}' is invalid, it should adhere to standard defined in RFC 1123, the name can only contain alphanumeric characters or '-'`,
    );
  }
  return name;
}

const labelName = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** `--label` as metadata; nothing when there are none. */
export function labelsFrom(flags: FlagValues): { labels?: Record<string, string> } {
  const labels = flags.list('label').map((label) => {
    const [name = '', value, ...more] = label.split('=');
    if (value === undefined || more.length > 0) {
      throw usageError(`invalid label format '${label}', must be key=value`);
    }
    if (!labelName.test(name)) throw usageError(`invalid label '${name}': it is no label name`);
    if (!labelValue.test(value)) throw usageError(`invalid label value '${value}': it is no label value`);
    return [name, value] as const;
  });
  return labels.length > 0 ? { labels: Object.fromEntries(labels) } : {};
}

/** A duration flag as the API takes it. */
export function durationFrom(flags: FlagValues, name: string): string {
  return formatDuration(flags.milliseconds(name));
}

/** A field that is left out when it is empty. */
export function optional<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {};
  if (value) result[key] = value;
  return result;
}
