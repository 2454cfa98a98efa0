import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { isRecord } from '@flux-host/host/json.ts';
import type { Redactor } from '@flux-host/host/observability/redact.ts';
import type { Detail, Difference } from '../../../differences/types.ts';
import type { Report } from './types.ts';

/** A report without the values of Secrets that variables brought into other objects. Names and paths stay as they are. */
export function redacted({ sections }: Report, redactor: Redactor): Report {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redactor.redact(value);
    if (Array.isArray(value)) return value.map(clean);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
  };
  return {
    sections: sections.map((section) => ({
      ...section,
      ...(section.note && { note: redactor.redact(section.note) }),
      changes: section.changes.map((change) => ({
        ...change,
        ...(change.note && { note: redactor.redact(change.note) }),
        ...(change.differences && { differences: change.differences.map((each) => cleaned(each, clean)) }),
      })),
      failures: section.failures.map(({ error, ...failure }) => ({
        ...failure,
        error: redactedError(error, redactor),
      })),
    })),
  };
}

/** An error without those values. */
export function redactedError({ code, message, hint }: FluxError, redactor: Redactor): FluxError {
  return new FluxError(code, redactor.redact(message), { ...(hint && { hint: redactor.redact(hint) }) });
}

function cleaned({ path, details }: Difference, clean: (value: unknown) => unknown): Difference {
  return { path, details: details.map((detail) => cleanedDetail(detail, clean)) };
}

function cleanedDetail(detail: Detail, clean: (value: unknown) => unknown): Detail {
  switch (detail.kind) {
    case 'changed':
      return { ...detail, from: clean(detail.from), to: clean(detail.to) };
    case 'reordered':
      return {
        ...detail,
        from: detail.from.map((each) => String(clean(each))),
        to: detail.to.map((each) => String(clean(each))),
      };
    case 'added':
    case 'removed':
      return {
        ...detail,
        value: isRecord(detail.value) ? cleanMap(detail.value, clean) : detail.value.map(clean),
      };
  }
}

function cleanMap(
  map: Readonly<Record<string, unknown>>,
  clean: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, clean(value)]));
}
