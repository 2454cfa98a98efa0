export const signAgain = 'sign it again with: notation sign';
