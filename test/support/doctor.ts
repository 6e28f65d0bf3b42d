import { tmpdir } from 'node:os';
import type { Finding, Level } from '../../src/doctor/finding.js';
import { kunciIn } from './cli.js';

export interface Diagnosis {
  exitCode: number;
  stdout: string;
  findings: Finding[];
  /** The level of each check; the last one of a check that found several things. */
  levels: Record<string, Level | undefined>;
  of: (check: string) => Finding | undefined;
}

/** What `kunci doctor --json` finds. */
export async function diagnose(settings: Record<string, string>, cwd = tmpdir()): Promise<Diagnosis> {
  const { exitCode, stdout, stderr } = await kunciIn(cwd, settings, 'doctor', '--json');
  if (stderr) throw new Error(`kunci doctor ended with ${exitCode}: ${stderr}`);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return {
    exitCode,
    stdout,
    findings,
    levels: Object.fromEntries(findings.map(({ check, level }) => [check, level])),
    of: (name) => findings.find(({ check }) => check === name),
  };
}
