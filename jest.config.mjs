const project = (displayName, testMatch) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/${pattern}`),
  extensionsToTreatAsEsm: ['.ts'],
  // TypeScript wants the `.js` of the compiled file in an import; Jest runs the source.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
      },
    ],
  },
});

export default {
  coverageProvider: 'v8',
  coverageReporters: ['json'],
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts'],
  testTimeout: 60_000,
  projects: [
    project('unit', ['src/**/*.spec.ts', 'test/*.spec.ts']),
    project('e2e', ['test/*.e2e-spec.ts']),
    project('browser', ['test/*.browser-spec.ts']),
  ],
};
