import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

export class CreateUsers1763856000000 implements MigrationInterface {
  name = 'CreateUsers1763856000000';

  /** MySQL cannot roll a CREATE TABLE back: one statement, with its index inside, that may be run again. */
  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
    // Binary, because the engines' own collations disagree on which letters, accents and trailing blanks are equal.
    const text = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    const instant: Partial<TableColumnOptions> = isSqlite
      ? { type: 'datetime', default: "datetime('now')" }
      : { type: 'datetime', precision: 6, default: 'CURRENT_TIMESTAMP(6)' };
    await queryRunner.createTable(
      new Table({
        name: 'users',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'name', type: 'varchar', length: '150', ...text },
          { name: 'email', type: 'varchar', length: '150', ...text },
          { name: 'email_canonical', type: 'varchar', length: '300', ...text },
          { name: 'password_hash', type: 'varchar', length: '255', ...text },
          { name: 'created_at', ...instant } as TableColumnOptions,
          {
            name: 'updated_at',
            ...instant,
            ...(isSqlite ? {} : { onUpdate: 'CURRENT_TIMESTAMP(6)' }),
          } as TableColumnOptions,
        ],
        indices: [{ name: 'users_email_canonical', columnNames: ['email_canonical'], isUnique: true }],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('users');
  }
}
