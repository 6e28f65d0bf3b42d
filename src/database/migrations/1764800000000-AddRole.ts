import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Not by `addColumn`, which makes SQLite's table anew and forgets the ids it has given. */
function typeOf(queryRunner: QueryRunner): string {
  const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
  return `varchar(20)${isSqlite ? '' : ' CHARACTER SET ascii COLLATE ascii_bin'} NOT NULL DEFAULT 'user'`;
}

export class AddRole1764800000000 implements MigrationInterface {
  name = 'AddRole1764800000000';

  /** MySQL cannot roll an ALTER TABLE back: the column is added if it is not there yet. */
  async up(queryRunner: QueryRunner): Promise<void> {
    if (await queryRunner.hasColumn('users', 'role')) return;
    await queryRunner.query(`ALTER TABLE users ADD COLUMN role ${typeOf(queryRunner)}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    if (await queryRunner.hasColumn('users', 'role')) await queryRunner.query('ALTER TABLE users DROP COLUMN role');
  }
}
