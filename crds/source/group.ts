export const sourceGroup = 'source.toolkit.fluxcd.io';
export const sourceCategories = ['all', 'fluxcd', 'fluxcd-sources'] as const;
