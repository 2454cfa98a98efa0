import * as t from '../schema.ts';

export const notificationGroup = 'notification.toolkit.fluxcd.io';
export const notificationCategories = ['all', 'fluxcd', 'fluxcd-notifications'] as const;

/** The fields of a reference to one, or to all matching, of Flux's objects. */
export const eventObject = {
  apiVersion: t.optional(t.string('API version of the object.')),
  kind: t.oneOf(
    [
      'Bucket',
      'GitRepository',
      'Kustomization',
      'HelmRelease',
      'HelmChart',
      'HelmRepository',
      'ImageRepository',
      'ImagePolicy',
      'ImageUpdateAutomation',
      'OCIRepository',
      'ArtifactGenerator',
      'ExternalArtifact',
    ],
    'Kind of the object.',
  ),
  name: t.string('Name of the object; * is all of them.', { minLength: 1, maxLength: 253 }),
  namespace: t.optional(
    t.string('Namespace of the object; by default the same.', { minLength: 1, maxLength: 253 }),
  ),
  matchLabels: t.optional(t.map('Labels that the objects must have; only together with name *.')),
};
