// Runs one scenario: bounded in time, everything that it started ended, an error of its own told apart from a failure.
import { createContext } from './context.mjs';

const LIMIT_MS = 120_000;

/** @returns {Promise<{ id, title, result: 'pass' | 'FAIL' | 'ERROR' | 'not run', checks, why?, seconds, tails }>} */
export async function runScenario(scenario, database, isShort, onScope) {
  const { id, title } = scenario;
  const outcome = { id, title, engine: `${database.name} ${database.version}`, checks: [], tails: [] };
  if (scenario.hurtsDatabase && !database.isOurs) {
    return {
      ...outcome,
      result: 'not run',
      why: 'it hurts the database, and TEST_DATABASE_URL names one that is not ours',
    };
  }
  const startedAt = performance.now();
  const context = createContext(scenario, database, isShort);
  onScope(context.scope);
  try {
    await database.revive();
    outcome.checks = await inTime(scenario.run(context));
    outcome.result = outcome.checks.every(({ ok }) => ok) ? 'pass' : 'FAIL';
  } catch (error) {
    outcome.result = error instanceof NotRun ? 'not run' : 'ERROR';
    outcome.why = error instanceof NotRun ? error.message : error.stack;
  }
  if (outcome.result !== 'pass') outcome.tails = context.services.map((kunci) => kunci.logTail());
  try {
    await database.revive();
  } catch (error) {
    outcome.result = 'ERROR';
    outcome.why = `The database did not come back: ${error.message}`;
  }
  const errors = await context.scope.end();
  if (errors.length > 0) {
    outcome.result = 'ERROR';
    outcome.why = [outcome.why, ...errors.map(({ message }) => `While cleaning up: ${message}`)]
      .filter(Boolean)
      .join('\n');
  }
  return { ...outcome, seconds: (performance.now() - startedAt) / 1000 };
}

/** The scenario cannot be driven on this machine. It has not passed. */
export class NotRun extends Error {}

async function inTime(running) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done after ${LIMIT_MS / 1000} s.`)), LIMIT_MS);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
    // If it was late, what it still does fails by itself, because its processes end.
    running.catch(() => {});
  }
}
