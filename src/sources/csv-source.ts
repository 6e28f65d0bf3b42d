import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';
import type { Columns } from './fields.js';
import { reading } from './source-faults.js';
import { inPages, type Source, type SourceRow } from './source.js';
import { bounded, linesOf, RECORD_MAX, textOf } from './text-file.js';

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** What spreadsheets write where the comma stands in numbers. */
const DELIMITERS = [',', ';', '\t'];

/** A CSV file as of RFC 4180 whose first line names the columns. An empty cell is none. @throws OperatorError */
export async function openCsvSource(path: string): Promise<Source> {
  const title = visible(path);
  return reading(title, async () => {
    const delimiter = await delimiterOf(path);
    const columns = await readHead(path, delimiter);
    const repeated = columns.find((column, i) => columns.indexOf(column) !== i);
    if (repeated !== undefined) throw new OperatorError(`${title} has the column ${visible(repeated)} twice.`);
    return {
      title,
      columns,
      rowCount: undefined,
      pages: (wanted) => inPages(rowsOf({ path, title, columns, delimiter }, wanted)),
      close: () => Promise.resolve(),
    };
  });
}

interface CsvFile {
  readonly path: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly delimiter: string;
}

/** The one that stands most often between the names of the columns. */
async function delimiterOf(path: string): Promise<string> {
  const lines = linesOf(path);
  const first: IteratorResult<string, unknown> = await lines.next();
  await lines.return(undefined);
  const [head = ''] = (first.done ? '' : first.value).replace(/"[^"]*"/g, '').split('\r', 1);
  const countOf = (delimiter: string) => head.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (countOf(delimiter) > countOf(best) ? delimiter : best));
}

async function readHead(path: string, delimiter: string): Promise<string[]> {
  for await (const { record } of recordsOf(path, delimiter)) return record.map((name) => name.trim());
  throw new OperatorError(`${visible(path)} is empty.`);
}

async function* rowsOf({ path, title, columns, delimiter }: CsvFile, wanted: Columns): AsyncGenerator<SourceRow> {
  const cells = [...wanted].map(([field, column]) => [field, columns.indexOf(column)] as const);
  const records = recordsOf(path, delimiter);
  await reading(title, () => records.next());
  for (;;) {
    const next: IteratorResult<CsvRecord, unknown> = await reading(title, () => records.next());
    if (next.done) return;
    const { record, info } = next.value;
    // A comma too many: nobody knows which cell is which.
    const values =
      record.length === columns.length
        ? Object.fromEntries(cells.map(([field, i]) => [field, bounded(record[i])]))
        : undefined;
    yield { position: String(info.lines), values };
  }
}

async function* recordsOf(path: string, delimiter: string): AsyncGenerator<CsvRecord> {
  const parser = parse({
    info: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_MAX,
  });
  const text = Readable.from(textOf(path));
  text.on('error', (error) => parser.destroy(error));
  try {
    for await (const record of text.pipe(parser)) yield record as CsvRecord;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Its own words hold a piece of the record, which may be of a password.
    const { code, lines } = error as CsvError & { lines?: number };
    throw new OperatorError(`${visible(path)} is no CSV of RFC 4180: ${code} in line ${lines ?? '?'}.`);
  } finally {
    text.destroy();
  }
}
