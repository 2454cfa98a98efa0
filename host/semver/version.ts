export * from '@flux-host/sdk/semver/version.ts';
