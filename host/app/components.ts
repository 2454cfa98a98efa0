/** Names of Flux's controllers (`--components`). */
export type Components = ReadonlySet<string>;

/** Controllers that make artifacts, and so serve them. */
const makers = ['source-controller', 'source-watcher'];

/** Controllers that have nothing to do with artifacts. */
const others = ['notification-controller', 'image-reflector-controller'];

/** Whether artifacts of this process are to be had from it. Else the port is free, as in Flux's other controllers. */
export function servesArtifacts(components: Components): boolean {
  return makers.some((name) => components.has(name));
}

/** Whether artifacts are kept at all. Flux's manifests give no volume to controllers that need none. */
export function keepsArtifacts(components: Components): boolean {
  return [...components].some((name) => !others.includes(name));
}
