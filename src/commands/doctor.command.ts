import type { Command } from 'commander';
import { examine } from '../doctor/examination.js';
import type { Finding, Level } from '../doctor/finding.js';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check the settings and what the server stands on, and say what to do; changes nothing')
    .option('--json', 'for machines')
    .action(async ({ json = false }: { json?: boolean }) => {
      const findings = await examine();
      const text = json ? JSON.stringify({ summary: count(findings), findings }, undefined, 2) : report(findings);
      // Not later by itself: a database that hangs keeps its connection open.
      process.stdout.write(`${text}\n`, () => process.exit(count(findings).fault > 0 ? 1 : 0));
    });
}

function count(findings: readonly Finding[]): Record<Level, number> {
  const of = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return { ok: of('ok'), warning: of('warning'), fault: of('fault') };
}

function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, level, finding, advice }) => [
    `${level.padEnd('warning'.length)}  ${check.padEnd(width)}  ${finding}`,
    ...(advice === undefined ? [] : [`${' '.repeat('warning'.length + width + 4)}${advice}`]),
  ]);
  const { ok, warning, fault } = count(findings);
  return [...lines, '', `${ok} ok, ${warning} to look at (warning), ${fault} to mend (fault).`].join('\n');
}
