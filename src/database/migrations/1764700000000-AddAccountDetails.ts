import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Not by `addColumn`, which makes SQLite's table anew and forgets the ids it has given. */
const columnsOf = (queryRunner: QueryRunner) => {
  const isSqlite = queryRunner.dataSource.options.type === 'better-sqlite3';
  return {
    email_verified_at: 'datetime(3) NULL',
    language: `varchar(10)${isSqlite ? '' : ' CHARACTER SET ascii COLLATE ascii_bin'} NULL`,
  };
};

export class AddAccountDetails1764700000000 implements MigrationInterface {
  name = 'AddAccountDetails1764700000000';

  /** MySQL cannot roll an ALTER TABLE back: each column is added if it is not there yet. */
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, type] of Object.entries(columnsOf(queryRunner))) {
      if (!(await queryRunner.hasColumn('users', name))) {
        await queryRunner.query(`ALTER TABLE users ADD COLUMN ${name} ${type}`);
      }
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(columnsOf(queryRunner))) {
      if (await queryRunner.hasColumn('users', name)) {
        await queryRunner.query(`ALTER TABLE users DROP COLUMN ${name}`);
      }
    }
  }
}
