import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const indices = [
  { name: 'audit_events_user_id_at', columnNames: ['user_id', 'at'] },
  { name: 'audit_events_at', columnNames: ['at'] },
];

export class CreateAuditEvents1764600001000 implements MigrationInterface {
  name = 'CreateAuditEvents1764600001000';

  /** No foreign key: the history of an account outlives it. */
  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
    const ascii = isSqlite ? {} : { charset: 'ascii', collation: 'ascii_bin' };
    const unicode = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    const columns: TableColumnOptions[] = [
      { name: 'id', type: 'varchar', length: '36', isPrimary: true, ...ascii },
      { name: 'at', type: 'datetime', precision: 3 },
      { name: 'event', type: 'varchar', length: '40', ...ascii },
      { name: 'user_id', type: 'integer', isNullable: true },
      { name: 'session_id', type: 'varchar', length: '36', isNullable: true, ...ascii },
      { name: 'address', type: 'varchar', length: '45', isNullable: true, ...ascii },
      { name: 'user_agent', type: 'varchar', length: '255', isNullable: true, ...unicode },
      { name: 'request_id', type: 'varchar', length: '36', isNullable: true, ...ascii },
      { name: 'detail', type: 'varchar', length: '100', isNullable: true, ...ascii },
    ];
    await queryRunner.createTable(new Table({ name: 'audit_events', columns, indices }), true);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('audit_events', true);
  }
}
