import type { ServerDatabaseSettings, Settings } from '../config/settings.js';
import { type ClockSample, isOtherProduct, type ServerFacts } from '../database/server-facts.js';
import { type Finding, fault, listed, ok, warning } from './finding.js';
import { checkRights } from './rights.check.js';

/** Connections for a person, a backup and the command line. */
const RESERVE = 5;

const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);

/** What a MySQL or MariaDB says of itself, against the settings. */
export function checkServer(facts: ServerFacts, database: ServerDatabaseSettings, settings: Settings): Finding[] {
  return [
    checkProduct(facts, database),
    checkVersion(facts),
    checkCollations(facts),
    checkEngines(facts),
    checkSqlMode(facts),
    checkDurability(facts),
    checkConnections(facts, database.poolSize, settings.workers),
    checkRights(facts.rights, database.name),
    checkEncryption(facts, database.host),
    checkClock(skewMs(facts.clock), settings.sessions.refreshGraceSeconds),
  ];
}

export function checkProduct({ product }: Pick<ServerFacts, 'product'>, { type }: { type: string }): Finding {
  const meant = product.toLowerCase();
  if (!isOtherProduct({ product }, type)) return ok('product', `It is a ${product}, as DB_TYPE says.`);
  return fault('product', `It is a ${product}, but DB_TYPE is ${type}.`, `Set DB_TYPE=${meant}.`);
}

export function checkVersion({ product, version, neededVersion }: ServerFacts): Finding {
  if (neededVersion === undefined) return ok('version', `${product} ${version} is new enough.`);
  return fault(
    'version',
    `${product} ${version} is too old: Kunci needs ${neededVersion}.`,
    `Move to a newer ${product}, with a backup first.`,
  );
}

export function checkCollations({ textColumns }: Pick<ServerFacts, 'textColumns'>): Finding {
  const wrong = textColumns.filter(({ collation }) => !['utf8mb4_bin', 'ascii_bin'].includes(collation));
  if (wrong.length === 0) return ok('collation', `All ${textColumns.length} columns of text are compared by bytes.`);
  return fault(
    'collation',
    `${listed(wrong.map(({ column, collation }) => `${column} (${collation})`))} not compared by bytes: ` +
      'different people can count as the same.',
    'Give each the collation utf8mb4_bin, or ascii_bin where a migration says so: ALTER TABLE … MODIFY ….',
  );
}

function checkEngines({ otherEngines }: Pick<ServerFacts, 'otherEngines'>): Finding {
  if (otherEngines.length === 0) return ok('storage-engine', 'All tables are kept by InnoDB.');
  return fault(
    'storage-engine',
    `${listed(otherEngines)} not kept by InnoDB: there are no transactions and no foreign keys.`,
    'ALTER TABLE … ENGINE=InnoDB, with a backup first.',
  );
}

export function checkSqlMode({ isStrict }: Pick<ServerFacts, 'isStrict'>): Finding {
  if (isStrict) return ok('sql-mode', 'Our sessions are strict: what does not fit is refused.');
  return fault(
    'sql-mode',
    'Our sessions are not strict although Kunci asks for it: what is too long would be cut.',
    'See whether a proxy in front of the database drops SET SESSION.',
  );
}

export function checkDurability({ flushAtCommit }: Pick<ServerFacts, 'flushAtCommit'>): Finding {
  if (flushAtCommit === 1) return ok('durability', 'What is committed is on the disk.');
  return warning(
    'durability',
    `innodb_flush_log_at_trx_commit is ${flushAtCommit}: a registration that was answered can be lost with the power.`,
    'Set innodb_flush_log_at_trx_commit=1 in the settings of the database.',
  );
}

export function checkConnections(
  { maxConnections }: Pick<ServerFacts, 'maxConnections'>,
  poolSize: number,
  workers: number,
): Finding {
  const most = poolSize * workers;
  const reckoning = `${workers} × ${poolSize} = ${most} connections at most, and the database allows ${maxConnections}`;
  if (most + RESERVE <= maxConnections) return ok('connections', `${reckoning}.`);
  const make = most > maxConnections ? fault : warning;
  return make(
    'connections',
    `${reckoning}, of which ${RESERVE} should stay free for you.`,
    'Raise max_connections of the database, or lower DB_POOL_SIZE or WEB_CONCURRENCY.',
  );
}

export function checkEncryption({ isEncrypted }: Pick<ServerFacts, 'isEncrypted'>, host: string): Finding {
  if (isEncrypted) return ok('encryption', 'The connection is encrypted.');
  if (isLoopback(host)) return ok('encryption', 'The connection does not leave this machine.');
  return warning(
    'encryption',
    `The connection to ${host} is not encrypted: who can listen on the way reads hashes and addresses.`,
    'Keep it in a network that nobody else is in, or lead it through a tunnel (WireGuard, stunnel, ssh).',
  );
}

/** @returns how far the server is ahead, by the question that was answered soonest; its round trip is halved */
export function skewMs(samples: readonly ClockSample[]): number {
  const trip = ({ askedAt, answeredAt }: ClockSample) => answeredAt - askedAt;
  const [first, ...rest] = samples;
  if (!first) return 0;
  const best = rest.reduce((quickest, next) => (trip(next) < trip(quickest) ? next : quickest), first);
  return best.serverAt - (best.askedAt + trip(best) / 2);
}

export function checkClock(skew: number, graceSeconds: number): Finding {
  const seconds = Math.abs(skew) / 1000;
  if (seconds <= 1) return ok('clock', 'The clocks of this machine and of the database agree to a second.');
  const make = seconds > graceSeconds ? fault : warning;
  const limit = seconds > graceSeconds ? `, more than REFRESH_GRACE (${graceSeconds} s)` : '';
  return make(
    'clock',
    `The clock of the database is ${seconds.toFixed(1)} s ${skew > 0 ? 'ahead of' : 'behind'} this one${limit}.`,
    'Let both machines set their clocks by NTP (chrony, systemd-timesyncd).',
  );
}
