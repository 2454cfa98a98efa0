import manifest from './package.json' with { type: 'json' };

/** Version of this release, as tags and images have it. */
export const version = `v${manifest.version}`;
