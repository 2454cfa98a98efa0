/** Programs that run in worker threads, and where their source is. */
const sources = {
  artifacts: '../artifacts/worker.ts',
  charts: '../charts/thread/worker.ts',
  loading: '../sandbox/loading/worker.ts',
  render: '../build/render/worker.ts',
  sandbox: '../sandbox/guest/worker.ts',
} as const;

/**
 * URL of a thread's program. In a checkout it is the source itself; in the bundle every program is a file of this name next to the others
 * (scripts/setup/host-bundle.ts).
 */
export function threadScript(name: keyof typeof sources): URL {
  const inBundle = !import.meta.url.endsWith('.ts');
  return new URL(inBundle ? `./${name}.js` : sources[name], import.meta.url);
}
