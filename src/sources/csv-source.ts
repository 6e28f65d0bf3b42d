import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { visible } from '../i18n/visible.js';
import type { Columns } from './fields.js';
import { reading, SourceError } from './source-error.js';
import { inPages, type Source, type SourceRow } from './source.js';
import { RECORD_MAX, textOf } from './text-file.js';

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** A CSV file as of RFC 4180 whose first line names the columns. An empty cell is none. @throws SourceError */
export async function openCsvSource(path: string): Promise<Source> {
  const title = visible(path);
  return reading(title, async () => {
    const columns = await readHead(path);
    const repeated = columns.find((column, i) => columns.indexOf(column) !== i);
    if (repeated !== undefined) throw new SourceError(`${title} has the column ${visible(repeated)} twice.`);
    return {
      title,
      columns,
      rowCount: undefined,
      pages: (wanted) => inPages(rowsOf(path, title, columns, wanted)),
      close: () => Promise.resolve(),
    };
  });
}

async function readHead(path: string): Promise<string[]> {
  for await (const { record } of recordsOf(path)) return record.map((name) => name.trim());
  throw new SourceError(`${visible(path)} is empty.`);
}

async function* rowsOf(
  path: string,
  title: string,
  head: readonly string[],
  wanted: Columns,
): AsyncGenerator<SourceRow> {
  const cells = [...wanted].map(([field, column]) => [field, head.indexOf(column)] as const);
  const records = recordsOf(path);
  await reading(title, () => records.next());
  for (;;) {
    const next: IteratorResult<CsvRecord, unknown> = await reading(title, () => records.next());
    if (next.done) return;
    const { record, info } = next.value;
    // A comma too many: nobody knows which cell is which.
    const values =
      record.length === head.length ? Object.fromEntries(cells.map(([field, i]) => [field, record[i]])) : undefined;
    yield { position: String(info.lines), values };
  }
}

async function* recordsOf(path: string): AsyncGenerator<CsvRecord> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_MAX,
  });
  const text = Readable.from(textOf(path));
  text.on('error', (error) => parser.destroy(error));
  try {
    for await (const record of text.pipe(parser)) yield record as CsvRecord;
  } finally {
    text.destroy();
  }
}
