import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIT_EVENTS } from '../src/audit/audit-events.js';
import { registry } from '../src/monitoring/metrics.js';
import { startApp, type TestApp } from './support/app.js';
import { ENGINE } from './support/database.js';

const read = (name: string) => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');

/** What each document calls a metric, without what PromQL adds to the name of a histogram. */
const metricsIn = (text: string) => {
  const names = text.match(/\b(?:kunci|nodejs|process)_[a-z0-9_]+\b(?!\*)/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_seconds_(bucket|sum|count)$/, '_seconds')))].sort();
};

describe('docs/monitoring', () => {
  let test: TestApp;
  let scraped: string[];
  beforeAll(async () => {
    test = await startApp({ METRICS_HOST: '127.0.0.1' });
    scraped = [...(await registry.metrics()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  });
  afterAll(() => test.stop());

  const expressions = () => {
    const { panels } = JSON.parse(read('monitoring/grafana-dashboard.json')) as {
      panels: { targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  };

  it('has a dashboard whose metrics exist', () => {
    expect(expressions().length).toBeGreaterThanOrEqual(14);
    for (const expr of expressions()) {
      expect(metricsIn(expr).length).toBeGreaterThan(0);
      expect(scraped).toEqual(expect.arrayContaining(metricsIn(expr)));
    }
  });

  it('has alert rules whose metrics exist', () => {
    const names = metricsIn(read('monitoring/alerts.yml'));
    expect(names.length).toBeGreaterThanOrEqual(8);
    expect(scraped).toEqual(expect.arrayContaining(names));
  });

  it('lists every metric of Kunci', () => {
    const listed = metricsIn(read('monitoring.md')).filter(
      (name) => name.startsWith('kunci_') && name !== 'kunci_token',
    );
    expect(listed).toEqual(scraped.filter((name) => name.startsWith('kunci_')).sort());
  });

  it('lists every event with its level', () => {
    const rows = [...read('monitoring.md').matchAll(/^\| `(\w+)` +\| (INFO|WARN|CRITICAL) +\|/gm)];
    expect(Object.fromEntries(rows.map(([, event, level]) => [event, level]))).toEqual(AUDIT_EVENTS);
  });

  it('has SQL that the database understands', async () => {
    const [, sql = ''] = /```sql\n([^]*?)```/.exec(read('monitoring.md')) ?? [];
    const statements = sql.split(';').filter((statement) => statement.trim() !== '');
    expect(statements).toHaveLength(4);
    for (const statement of statements) {
      const query =
        ENGINE === 'sqlite'
          ? statement.replace(/UTC_TIMESTAMP\(\) - INTERVAL (\d) DAY/g, "datetime('now', '-$1 day')")
          : statement;
      // INTERVAL is a word of MySQL and MariaDB.
      if (ENGINE === 'sqlite' && query.includes('INTERVAL')) continue;
      expect(await test.dataSource.query(query)).toEqual([]);
    }
  });
});
