import type { Command } from 'commander';
import { HashCensusModule } from '../passwords/hash-census.module.js';
import { type HashCensus, HashCensusService } from '../passwords/hash-census.service.js';
import { inColumns } from './in-columns.js';
import { toJson } from './output.js';
import { withServices } from './with-services.js';

export function addUsersHashesCommand(program: Command): void {
  program
    .command('users:hashes')
    .description('count the kinds of password hashes, and how many have been upgraded to ours; changes nothing')
    .option('--json', 'for machines')
    .action(({ json = false }: { json?: boolean }) =>
      withServices([HashCensusModule], async (services) => {
        const census = await services.get(HashCensusService).take();
        return json ? toJson({ ...census, percent: percentOf(census) }, 2) : report(census);
      }),
    );
}

/** Rounded down: 100 only when no account is left. */
function percentOf({ upgraded, accounts }: HashCensus): number {
  return accounts === 0 ? 100 : Math.floor((upgraded / accounts) * 1000) / 10;
}

function report(census: HashCensus): string {
  const { accounts, upgraded, kinds } = census;
  if (accounts === 0) return 'There are no accounts.';
  const rows = Object.entries(kinds).filter(([, count]) => count > 0);
  const counted = rows.map(([kind, count]) => [kind, String(count).padStart('ACCOUNTS'.length)]);
  return [
    ...inColumns(['KIND', 'ACCOUNTS'], counted),
    '',
    `Upgraded: ${upgraded} of ${accounts}, ${percentOf(census)} %. A login upgrades the hash of its account.`,
    ...(kinds.unknown === 0 ? [] : ['No password matches what is unknown: those need a link to choose a new one.']),
  ].join('\n');
}
