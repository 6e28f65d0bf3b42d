import { Between, type DataSource, Not } from 'typeorm';
import type { Mail } from '../../src/mail/mail.js';

/** A mail with a link, to whom it may concern. */
export const resetMail = (
  to: string | null,
  link = 'https://accounts.example.com/reset-password?token=secret',
): Mail => ({
  template: 'reset-password',
  to,
  language: 'en',
  values: { link, minutes: 30 },
});

const justNow = () => new Date(Date.now() - 1_000);

interface Row {
  readonly id: string;
  readonly sealedMail: string;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly expiresAt: Date;
}

/** The table of the mails that have to be sent, as somebody sees it who can read the database. */
export class OutboxTable {
  constructor(private readonly dataSource: DataSource) {}

  rows(): Promise<Row[]> {
    return this.repository.find({ order: { dueAt: 'ASC' } });
  }

  /** Time goes by: the pauses are over, and the claims of processes that are at work go on. */
  async endPauses(): Promise<void> {
    const [from, to] = [Date.now() + 120_000, Date.now() + 200_000].map((at) => new Date(at)) as [Date, Date];
    await this.repository.update({ dueAt: Not(Between(from, to)) }, { dueAt: justNow() });
  }

  /** So much time goes by that also the claims of dead processes are over. */
  async endClaims(): Promise<void> {
    await this.repository.updateAll({ dueAt: justNow() });
  }

  async expire(): Promise<void> {
    await this.repository.updateAll({ expiresAt: justNow() });
  }

  async add(...rows: Row[]): Promise<void> {
    await this.repository.insert(rows);
  }

  async clear(): Promise<void> {
    await this.repository.clear();
  }

  private get repository() {
    return this.dataSource.getRepository<Row>('OutgoingMail');
  }
}
