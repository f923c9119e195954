// Entries that don't lie where their outputs say.
export default { entry: ['src/exports/types.ts', './src/exports/parse.ts', { fast: 'src/deep/quick.ts' }] };
