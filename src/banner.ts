import type { DatabaseSettings, Settings } from './config/settings.js';

/** A few lines for the person who started it. On standard error, because standard output is the log. */
export function printBanner(settings: Settings, url: string): void {
  const lines = [
    `Kunci is running at ${url}`,
    `Database: ${describe(settings.database)}`,
    `Mails: ${whereTo(settings.mail, url)}`,
    ...(settings.workers > 1 ? [`Processes: ${settings.workers}`] : []),
    settings.database.type === 'sqlite'
      ? `Next: register at ${url}/register, read the API at ${url}/docs. For MySQL or MariaDB copy .env.example to .env.`
      : `Next: register at ${url}/register, read the API at ${url}/docs.`,
    ...(settings.http.rateLimits
      ? []
      : ['Warning: RATE_LIMITS=off. One address may send as many requests as it likes.']),
  ];
  process.stderr.write(`\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`);
}

function whereTo({ transport, smtpUrl }: Settings['mail'], url: string): string {
  if (smtpUrl !== undefined) return `sent by ${new URL(smtpUrl).host}`;
  return transport === 'mailbox' ? `shown at ${url}/dev/mailbox` : 'none are sent, because SMTP_URL is not set';
}

function describe(database: DatabaseSettings): string {
  // The whole path: it may have been started from another folder than last time, and find no people.
  if (database.type === 'sqlite') return `SQLite, embedded, in ${database.path}`;
  const product = { mysql: 'MySQL', mariadb: 'MariaDB' }[database.type];
  return `${product}, ${database.name} on ${database.host}:${database.port}`;
}
