import { componentUnavailable, unknownComponent } from './errors.ts';

/** The parts of Flux that this version has, and that are on unless the user says otherwise. */
export const defaultComponents = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
] as const;

/** The parts that this version has and that are off unless the user asks for them (`--components-extra`), as in Flux. */
export const extraComponents = ['image-reflector-controller', 'source-watcher'] as const;

/** The parts of Flux that have a place here already, but that this version cannot do. */
export const laterComponents = ['image-automation-controller'] as const;

/**
 * A part of Flux by the name of the controller that it is in Flux. Here all of them run in one process; the names
 * choose which reconcilers it runs and which kinds are installed.
 */
export type Component =
  | (typeof defaultComponents)[number]
  | (typeof extraComponents)[number]
  | (typeof laterComponents)[number];

/** What can be installed. */
const available = [...defaultComponents, ...extraComponents];

export const components: readonly Component[] = [...available, ...laterComponents];

/**
 * Reads names of components as a user gives them.
 * @throws FluxError FLUX_E_INSTALL_COMPONENT when a name is none, or is one that this version does not have
 */
export function parseComponents(names: readonly string[]): Component[] {
  return names.map((name) => {
    const component = available.find((candidate) => candidate === name);
    if (component) return component;
    if (laterComponents.some((later) => later === name)) throw componentUnavailable(name, available);
    throw unknownComponent(name, available);
  });
}
