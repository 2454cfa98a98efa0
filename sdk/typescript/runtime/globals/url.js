/** Replaces the globals wherever a plugin uses them; the builder leaves it out where none does. */
import { URL, URLSearchParams } from './core-js.js';

export { URL, URL as 'globalThis.URL', URLSearchParams, URLSearchParams as 'globalThis.URLSearchParams' };
