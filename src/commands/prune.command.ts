import { setTimeout as sleep } from 'node:timers/promises';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { Command } from 'commander';
import { byCommandLine } from '../account/by-command-line.js';
import { AuditPruneModule } from '../audit/audit-prune.module.js';
import { BackgroundPruning, PRUNE_BATCH } from '../database/background-pruning.js';
import { LimitsModule } from '../limits/limits.module.js';
import { OutboxModule } from '../mail/outbox.module.js';
import { OneTimeTokensModule } from '../one-time-tokens/one-time-tokens.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { interruption } from './interruption.js';
import { print, toJson } from './output.js';
import { type Services, withServices } from './with-services.js';

/** Every module that has something to prune. */
const MODULES = [AuditPruneModule, LimitsModule, OneTimeTokensModule, OutboxModule, SessionsModule, DiscoveryModule];

/** Between two batches: others wait for the table, and on SQLite for the file. */
const PAUSE_MS = 10;

export function addPruneCommand(program: Command): void {
  program
    .command('prune')
    .description('delete what servers delete in the background: old sessions, links, mails, counts and security events')
    .option('--json', 'for machines')
    .action(({ json }: { json?: true }) =>
      withServices(MODULES, async (services, audit) => {
        const counts = await pruneAll(services);
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        if (total > 0) audit.record('sensitive_delete', byCommandLine('pruned', String(total)));
        const report = json ? toJson(counts) : table(counts);
        if (!interruption.aborted) return report;
        await print(report);
        throw interruption.reason;
      }),
    );
}

function table(counts: Readonly<Record<string, number>>): string {
  const lines = Object.entries(counts).map(
    ([name, count]) => `${name.padEnd('one_time_tokens'.length)}  ${count} deleted`,
  );
  return lines.join('\n');
}

/** Until there is nothing left, or somebody interrupts it. @returns rows by their table */
async function pruneAll(services: Services): Promise<Record<string, number>> {
  const providers = services.get(DiscoveryService, { strict: false }).getProviders();
  const prunings = providers.map(({ instance }) => instance as unknown).filter((it) => it instanceof BackgroundPruning);
  const counts: Record<string, number> = {};
  for (const pruning of prunings) {
    let deleted = PRUNE_BATCH;
    counts[pruning.table] = 0;
    while (deleted === PRUNE_BATCH && !interruption.aborted) {
      deleted = await pruning.prune();
      counts[pruning.table] = (counts[pruning.table] ?? 0) + deleted;
      await sleep(PAUSE_MS);
    }
  }
  return counts;
}
