/** The globals of a plugin, see globals.d.ts. Importing this file installs them. URL comes by another way: see build/url-global.ts. */
import { AbortController, AbortSignal } from '../fetch/abort.ts';
import { fetchAhead } from '../fetch/ahead.ts';
import { fetch } from '../fetch/fetch.ts';
import { Headers } from '../fetch/headers.ts';
import { Request } from '../fetch/request.ts';
import { Response } from '../fetch/response.ts';
import { native } from '../native.ts';
import { clearInterval, clearTimeout, setInterval, setTimeout } from '../timers.ts';
import { structuredClone } from './clone.ts';
import { console } from './console.ts';
import { crypto } from './crypto.ts';
import { TextDecoder, TextEncoder } from './text.ts';

const performance = {
  now: () => native.monotonic(),
  get timeOrigin() {
    return Date.now() - native.monotonic();
  },
};

const globals = {
  ...{ fetch, fetchAhead, Headers, Request, Response, AbortController, AbortSignal },
  ...{ setTimeout, clearTimeout, setInterval, clearInterval },
  ...{ TextEncoder, TextDecoder, console, crypto, performance, structuredClone },
};

for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

// The engine's own would start from the same seed in every instance: the seed is part of the module.
Math.random = native.random;
