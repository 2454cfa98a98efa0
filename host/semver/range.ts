export * from '@flux-host/sdk/semver/range.ts';
