import { dirname } from 'node:path';
import type { SettingsFacts } from '../config/settings-facts.js';
import { type Finding, fault, listed, ok, warning } from './finding.js';

export function checkSettings({ faults, settings, envFile }: SettingsFacts): Finding[] {
  const { path, isThere, fault: unread } = envFile;
  if (unread !== undefined) {
    const advice = `The server does not start: chown it to the user that runs Kunci, then chmod 600 ${path}.`;
    return [fault('settings', `${unread}.`, advice)];
  }
  const place = isThere ? `${path} counts` : `there is no .env in ${dirname(path)}`;
  if (settings) return [ok('settings', `All settings are usable; ${place}.`)];
  const advice = `The server does not start: .env.example describes each; ${place}.`;
  return faults.map((what) => fault('settings', `${what}.`, advice));
}

/** A misspelt setting changes nothing, and nobody notices. */
export function checkSpelling({ knownNames, environmentNames, envFileNames }: SettingsFacts): Finding[] {
  const names = [...new Set([...envFileNames, ...environmentNames])].filter((name) => !knownNames.includes(name));
  const misspelt = names.flatMap((name) => {
    const meant = meantName(name, knownNames);
    return meant === undefined ? [] : [[name, meant] as const];
  });
  if (misspelt.length === 0) return [ok('spelling', 'No variable looks like a misspelt setting.')];
  return misspelt.map(([name, meant]) =>
    warning('spelling', `${name} is set, but nothing reads it.`, `If ${meant} is meant, call it that.`),
  );
}

/** @returns the setting that the name may stand for, or undefined if it is nobody's business */
export function meantName(name: string, knownNames: readonly string[]): string | undefined {
  const distances = knownNames.map((known) => ({ known, distance: editDistance(name, known) }));
  const nearest = distances.reduce((best, next) => (next.distance < best.distance ? next : best));
  // HOME is no misspelt HOST, nor is PWD a misspelt PORT.
  if (nearest.distance <= (name.length < 8 ? 1 : 2)) return nearest.known;
  if (name.endsWith('_FILE') && knownNames.includes(name.slice(0, -5))) return name.slice(0, -5);
  // DB_USER, DB_PASS: other programs call them so.
  if (!name.startsWith('DB_')) return undefined;
  return knownNames.find((known) => known.startsWith(name)) ?? 'another of the DB_ settings';
}

/** How many characters to add, take away or change (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

export function checkEnvFile({ knownNames, envFile, envFileNames, overriddenNames }: SettingsFacts): Finding[] {
  if (envFile.fault !== undefined) return [];
  const findings: Finding[] = [];
  const overridden = overriddenNames.filter((name) => knownNames.includes(name));
  if (overridden.length > 0) {
    findings.push(
      warning(
        'env-file',
        `.env sets ${listed(overridden)}, but the environment has another value, which wins.`,
        'Take the one away that is not meant.',
      ),
    );
  }
  if (envFileNames.includes('UV_THREADPOOL_SIZE')) {
    findings.push(
      warning(
        'env-file',
        '.env sets UV_THREADPOOL_SIZE, which has no effect there: Node reads it before it reads .env.',
        'Set it in the environment that starts the server.',
      ),
    );
  }
  if (findings.length > 0) return findings;
  return [ok('env-file', envFileNames.length === 0 ? 'There is no .env, or it sets nothing.' : 'All of .env counts.')];
}

export function checkSessionTimes({ settings }: SettingsFacts): Finding[] {
  if (!settings) return [];
  const { idleSeconds, absoluteSeconds } = settings.sessions;
  if (idleSeconds <= absoluteSeconds) return [ok('sessions', 'Sessions end when idle before they end in any case.')];
  return [
    warning(
      'sessions',
      'SESSION_IDLE_TTL is longer than SESSION_ABSOLUTE_TTL: no session ends for being idle.',
      'Make SESSION_IDLE_TTL the shorter one.',
    ),
  ];
}
