const { PATH = '', PROCESS_COVERAGE } = process.env;

/**
 * The environment of a built process: only what Node itself needs and the settings, for no variable of the person who
 * runs the tests may leak in. With coverage, the folder into which Node writes what the process ran (test/coverage.mjs).
 */
export function environmentOf(settings: Record<string, string>): Record<string, string> {
  const coverage: Record<string, string> = PROCESS_COVERAGE ? { NODE_V8_COVERAGE: PROCESS_COVERAGE } : {};
  return { PATH, ...coverage, ...settings };
}
