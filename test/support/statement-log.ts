import type { DataSource, Logger } from 'typeorm';

/** What is no part of a request: mails are sent, and events and counts are written, in the background. */
const BACKGROUND = /audit_events|(?:SELECT|UPDATE|DELETE)[^]*outgoing_mails/;

/** The statements that the application runs, as its own logger of them would see it. */
export class StatementLog {
  private statements: string[] = [];

  private constructor(
    private readonly dataSource: DataSource,
    private readonly before: Logger,
  ) {}

  static of(dataSource: DataSource): StatementLog {
    const log = new StatementLog(dataSource, dataSource.logger);
    dataSource.logger = {
      // TypeORM writes whole numbers into a statement.
      logQuery: (statement: string) => void log.statements.push(statement.replace(/\b\d+\b/g, '?')),
      logQueryError: () => undefined,
      logQuerySlow: () => undefined,
      logSchemaBuild: () => undefined,
      logMigration: () => undefined,
      log: () => undefined,
    };
    return log;
  }

  async during(run: () => Promise<unknown>): Promise<string[]> {
    this.statements = [];
    await run();
    return this.statements.filter((statement) => !BACKGROUND.test(statement));
  }

  stop(): void {
    this.dataSource.logger = this.before;
  }
}
