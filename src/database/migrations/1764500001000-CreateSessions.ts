import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const indices = [
  { name: 'sessions_handle_hash', columnNames: ['handle_hash'], isUnique: true },
  { name: 'sessions_user_id_expires_at', columnNames: ['user_id', 'expires_at'] },
  { name: 'sessions_expires_at', columnNames: ['expires_at'] },
];

const user = {
  name: 'sessions_user',
  columnNames: ['user_id'],
  referencedTableName: 'users',
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'RESTRICT',
};

export class CreateSessions1764500001000 implements MigrationInterface {
  name = 'CreateSessions1764500001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
    const ascii = isSqlite ? {} : { charset: 'ascii', collation: 'ascii_bin' };
    const unicode = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    const instant = { type: 'datetime', precision: 3 };
    const columns: TableColumnOptions[] = [
      { name: 'id', type: 'varchar', length: '36', isPrimary: true, ...ascii },
      { name: 'user_id', type: 'integer' },
      { name: 'password_version', type: 'integer' },
      { name: 'kind', type: 'varchar', length: '20', ...ascii },
      { name: 'handle_hash', type: 'varchar', length: '43', ...ascii },
      { name: 'refresh_secret_hash', type: 'varchar', length: '43', isNullable: true, ...ascii },
      { name: 'rotation', type: 'integer', default: 0 },
      { name: 'rotated_secrets', type: 'text', isNullable: true, ...ascii },
      { name: 'user_agent', type: 'varchar', length: '255', ...unicode },
      { name: 'address', type: 'varchar', length: '45', ...ascii },
      { name: 'started_at', ...instant },
      { name: 'last_seen_at', ...instant },
      { name: 'expires_at', ...instant },
      { name: 'ended_at', ...instant, isNullable: true },
      { name: 'end_reason', type: 'varchar', length: '32', isNullable: true, ...ascii },
    ];
    await queryRunner.createTable(new Table({ name: 'sessions', columns, indices, foreignKeys: [user] }), true);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('sessions', true);
  }
}
