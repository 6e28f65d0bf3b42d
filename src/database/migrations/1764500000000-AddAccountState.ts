import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The same words on every engine. Not by `addColumn`, which makes SQLite's table anew and forgets the ids it has given. */
const COLUMNS = {
  password_version: 'integer NOT NULL DEFAULT (1)',
  locked_at: 'datetime(3) NULL',
};

export class AddAccountState1764500000000 implements MigrationInterface {
  name = 'AddAccountState1764500000000';

  /** MySQL cannot roll an ALTER TABLE back: each column is added if it is not there yet. */
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, type] of Object.entries(COLUMNS)) {
      if (!(await queryRunner.hasColumn('users', name))) {
        await queryRunner.query(`ALTER TABLE users ADD COLUMN ${name} ${type}`);
      }
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(COLUMNS)) {
      if (await queryRunner.hasColumn('users', name)) {
        await queryRunner.query(`ALTER TABLE users DROP COLUMN ${name}`);
      }
    }
  }
}
