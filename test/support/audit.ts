import type { DataSource, Repository } from 'typeorm';
import type { AuditEvent } from '../../src/audit/audit-event.entity.js';

/** Of what no request caused. */
export const NOWHERE = { userAgent: '', address: '', requestId: '' };

const DEADLINE_MS = 10_000;

export const auditEvents = (dataSource: DataSource): Repository<AuditEvent> =>
  dataSource.getRepository<AuditEvent>('AuditEvent');

/** Rows are written in the background. @returns all of them, once there are so many */
export async function written(dataSource: DataSource, count: number): Promise<AuditEvent[]> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const rows = await auditEvents(dataSource).find({ order: { at: 'ASC' } });
    if (rows.length >= count || Date.now() > deadline) return rows;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Event and detail, in an order of their own: events of one millisecond have none. */
export const wordsOf = (rows: readonly AuditEvent[]): [string, string | null][] =>
  rows.map(({ event, detail }): [string, string | null] => [event, detail]).sort();
