/** URL and URLSearchParams of core-js, which follow the standard and are well kept. They are large. */
export { default as URL } from 'core-js-pure/actual/url/index.js';
export { default as URLSearchParams } from 'core-js-pure/actual/url-search-params/index.js';
