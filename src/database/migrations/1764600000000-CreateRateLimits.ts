import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** The columns and their order are those that rate-limiter-flexible writes to. On SQLite the table stays empty. */
export class CreateRateLimits1764600000000 implements MigrationInterface {
  name = 'CreateRateLimits1764600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
    const ascii = isSqlite ? {} : { charset: 'ascii', collation: 'ascii_bin' };
    await queryRunner.createTable(
      new Table({
        name: 'rate_limits',
        columns: [
          { name: 'key', type: 'varchar', length: '255', isPrimary: true, ...ascii },
          { name: 'points', type: 'integer' },
          // Milliseconds of Unix time; null for never.
          { name: 'expire', type: 'bigint', isNullable: true, ...(isSqlite ? {} : { unsigned: true }) },
        ],
        indices: [{ name: 'rate_limits_expire', columnNames: ['expire'] }],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('rate_limits', true);
  }
}
