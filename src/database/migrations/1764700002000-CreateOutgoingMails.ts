import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const indices = [
  { name: 'outgoing_mails_due_at', columnNames: ['due_at'] },
  { name: 'outgoing_mails_expires_at', columnNames: ['expires_at'] },
];

export class CreateOutgoingMails1764700002000 implements MigrationInterface {
  name = 'CreateOutgoingMails1764700002000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
    const ascii = isSqlite ? {} : { charset: 'ascii', collation: 'ascii_bin' };
    const instant = { type: 'datetime', precision: 3 };
    const columns: TableColumnOptions[] = [
      { name: 'id', type: 'varchar', length: '36', isPrimary: true, ...ascii },
      { name: 'sealed_mail', type: 'text', ...ascii },
      { name: 'attempts', type: 'integer', default: 0 },
      { name: 'due_at', ...instant },
      { name: 'expires_at', ...instant },
    ];
    await queryRunner.createTable(new Table({ name: 'outgoing_mails', columns, indices }), true);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('outgoing_mails', true);
  }
}
