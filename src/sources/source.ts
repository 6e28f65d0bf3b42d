import type { Columns, Field } from './fields.js';

/** As the source holds it: nothing is checked yet. */
export interface SourceRow {
  /** Where it stands, and no other row: its primary key, or the number of its line. */
  readonly position: string;
  /** Undefined if it could not be read as a row. */
  readonly values: Readonly<Partial<Record<Field, unknown>>> | undefined;
}

/** A table or file of another system, which is only read. */
export interface Source {
  /** What a person calls it; without a password. */
  readonly title: string;
  readonly columns: readonly string[];
  /** As it was when the source was opened; undefined if that takes reading all of it. */
  readonly rowCount: number | undefined;
  /** All rows from the first on, in an order that stays, as often as it is called. One page is in memory. */
  pages(columns: Columns): AsyncIterable<readonly SourceRow[]>;
  close(): Promise<void>;
}

/** Rows of one page, which is also what is written at once: a server that runs beside it waits for no longer than that. */
export const PAGE = 1_000;

/** Characters of a value, as it is read: no account has one that is nearly as long, and a page of them is in memory. */
export const VALUE_MAX = 1_000;

export async function* inPages(rows: AsyncIterable<SourceRow>): AsyncGenerator<readonly SourceRow[]> {
  let page: SourceRow[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
