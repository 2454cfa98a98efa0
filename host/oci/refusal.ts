import Type from 'typebox';
import Value from 'typebox/value';
import type { FluxError } from '../errors/flux-error.ts';
import { refused } from './errors.ts';
import { type HttpRequest, type HttpResponse, requestText } from './exchange.ts';
import { retryAfter } from './retry.ts';

const Errors = Type.Object({
  errors: Type.Array(
    Type.Object({ code: Type.Optional(Type.String()), message: Type.Optional(Type.String()) }),
  ),
});

const longest = 500;

/** The error for an answer that is not the wanted one, with the registry's own words. */
export async function refusal(response: HttpResponse, request: HttpRequest): Promise<FluxError> {
  // What went wrong on top of a failure is of no interest.
  const body = await response.bytes().catch(() => Buffer.alloc(0));
  return refused({
    request: requestText(request),
    status: response.status,
    said: words(body.toString()),
    retryAfterMs: retryAfter(response.headers('retry-after')[0]),
  });
}

function words(text: string): string {
  const value = parse(text);
  if (Value.Check(Errors, value)) {
    const all = value.errors.map(({ code, message }) => [code, message].filter(Boolean).join(': '));
    return all.join('; ').slice(0, longest);
  }
  // A page for browsers says nothing in a line.
  return /^\s*</.test(text) ? '' : text.replace(/\s+/g, ' ').trim().slice(0, longest);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
