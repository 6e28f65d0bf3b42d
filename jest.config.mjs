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
  coverageReporters: ['json', 'text-summary'],
  // The files that are left out run only in processes of their own, where Jest cannot count: test/process.e2e-spec.ts,
  // and for the command line test/keys.e2e-spec.ts and test/key-processes.e2e-spec.ts.
  collectCoverageFrom: [
    'src/**/*.ts',
    '!src/**/*.spec.ts',
    '!src/main.ts',
    '!src/banner.ts',
    '!src/database/data-source.ts',
    '!src/cli.ts',
    '!src/explain.ts',
    '!src/commands/*.ts',
    '!src/keys/key-pair.ts',
    '!src/keys/key-rotation.*.ts',
  ],
  testTimeout: 60_000,
  projects: [
    project('unit', ['src/**/*.spec.ts', 'test/*.spec.ts']),
    project('e2e', ['test/*.e2e-spec.ts']),
    project('browser', ['test/*.browser-spec.ts']),
  ],
};
