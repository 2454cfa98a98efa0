import { unknownComponent } from './errors.ts';

/** The parts of Flux that are on unless the user says otherwise. */
export const defaultComponents = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
] as const;

/** The parts of Flux that a user has to ask for. */
export const extraComponents = [
  'image-reflector-controller',
  'image-automation-controller',
  'source-watcher',
] as const;

/**
 * A part of Flux by the name of the controller that it is in Flux. Here all of them run in one process; the names
 * choose which reconcilers it runs and which kinds are installed.
 */
export type Component = (typeof defaultComponents)[number] | (typeof extraComponents)[number];

export const components: readonly Component[] = [...defaultComponents, ...extraComponents];

/**
 * Reads names of components as a user gives them.
 * @throws FluxError FLUX_E_INSTALL_COMPONENT when a name is not one of {@link components}
 */
export function parseComponents(names: readonly string[]): Component[] {
  return names.map((name) => {
    const component = components.find((candidate) => candidate === name);
    if (component) return component;
    throw unknownComponent(name, components);
  });
}
