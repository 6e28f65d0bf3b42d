import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const indices = [
  { name: 'one_time_tokens_token_hash', columnNames: ['token_hash'], isUnique: true },
  { name: 'one_time_tokens_user_id', columnNames: ['user_id'] },
  { name: 'one_time_tokens_expires_at', columnNames: ['expires_at'] },
];

const user = {
  name: 'one_time_tokens_user',
  columnNames: ['user_id'],
  referencedTableName: 'users',
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
  onUpdate: 'RESTRICT',
};

export class CreateOneTimeTokens1764700001000 implements MigrationInterface {
  name = 'CreateOneTimeTokens1764700001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
    const ascii = isSqlite ? {} : { charset: 'ascii', collation: 'ascii_bin' };
    const unicode = isSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    const instant = { type: 'datetime', precision: 3 };
    const columns: TableColumnOptions[] = [
      { name: 'id', type: 'varchar', length: '36', isPrimary: true, ...ascii },
      { name: 'user_id', type: 'integer', isNullable: true },
      { name: 'purpose', type: 'varchar', length: '20', ...ascii },
      { name: 'token_hash', type: 'varchar', length: '43', ...ascii },
      { name: 'email', type: 'varchar', length: '150', ...unicode },
      { name: 'password_version', type: 'integer', isNullable: true },
      { name: 'expires_at', ...instant },
      { name: 'used_at', ...instant, isNullable: true },
    ];
    await queryRunner.createTable(new Table({ name: 'one_time_tokens', columns, indices, foreignKeys: [user] }), true);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('one_time_tokens', true);
  }
}
