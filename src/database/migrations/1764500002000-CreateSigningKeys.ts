import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateSigningKeys1764500002000 implements MigrationInterface {
  name = 'CreateSigningKeys1764500002000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
    const ascii = isSqlite ? {} : { charset: 'ascii', collation: 'ascii_bin' };
    const instant = { type: 'datetime', precision: 3 };
    await queryRunner.createTable(
      new Table({
        name: 'signing_keys',
        columns: [
          { name: 'kid', type: 'varchar', length: '43', isPrimary: true, ...ascii },
          { name: 'alg', type: 'varchar', length: '8', ...ascii },
          { name: 'public_key', type: 'text', ...ascii },
          { name: 'sealed_private_key', type: 'text', ...ascii },
          { name: 'created_at', ...instant },
          { name: 'signs_from', ...instant },
          { name: 'retired_at', ...instant, isNullable: true },
          { name: 'verifies_until', ...instant, isNullable: true },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('signing_keys', true);
  }
}
