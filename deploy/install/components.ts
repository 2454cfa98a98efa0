import { componentUnavailable, unknownComponent } from './errors.ts';

/** The parts of Flux that this version has, and that are on unless the user says otherwise. */
export const defaultComponents = ['source-controller', 'kustomize-controller'] as const;

/** The parts of Flux that have a place here already, but that this version cannot do. */
export const laterComponents = [
  'helm-controller',
  'notification-controller',
  'image-reflector-controller',
  'image-automation-controller',
  'source-watcher',
] as const;

/**
 * A part of Flux by the name of the controller that it is in Flux. Here all of them run in one process; the names
 * choose which reconcilers it runs and which kinds are installed.
 */
export type Component = (typeof defaultComponents)[number] | (typeof laterComponents)[number];

export const components: readonly Component[] = [...defaultComponents, ...laterComponents];

/**
 * Reads names of components as a user gives them.
 * @throws FluxError FLUX_E_INSTALL_COMPONENT when a name is none, or is one that this version does not have
 */
export function parseComponents(names: readonly string[]): Component[] {
  return names.map((name) => {
    const component = defaultComponents.find((candidate) => candidate === name);
    if (component) return component;
    if (laterComponents.some((later) => later === name)) throw componentUnavailable(name, defaultComponents);
    throw unknownComponent(name, defaultComponents);
  });
}
