import { OperatorError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';
import type { Columns } from './fields.js';
import { reading } from './source-faults.js';
import { inPages, type Source, type SourceRow } from './source.js';
import { bounded, linesOf } from './text-file.js';

/** Lines whose names are the columns; a column that none of them has is taken for a mistake. */
const LOOKED_AT = 1_000;

/** One JSON object a line. @throws OperatorError */
export async function openJsonLinesSource(path: string): Promise<Source> {
  const title = visible(path);
  const columns = await reading(title, () => readColumns(path));
  if (columns.length === 0) throw new OperatorError(`${title} holds no line that is a JSON object.`);
  return {
    title,
    columns,
    rowCount: undefined,
    pages: (wanted) => inPages(rowsOf(path, title, wanted)),
    close: () => Promise.resolve(),
  };
}

async function readColumns(path: string): Promise<string[]> {
  const columns = new Set<string>();
  let looked = 0;
  for await (const line of linesOf(path)) {
    for (const name of Object.keys(toObject(line) ?? {})) columns.add(name);
    if (++looked === LOOKED_AT) break;
  }
  return [...columns];
}

async function* rowsOf(path: string, title: string, wanted: Columns): AsyncGenerator<SourceRow> {
  const lines = linesOf(path);
  for (let number = 1; ; number++) {
    const next: IteratorResult<string, unknown> = await reading(title, () => lines.next());
    if (next.done) return;
    const line = next.value;
    if (line.trim() === '') continue;
    const object = toObject(line);
    const values =
      object &&
      Object.fromEntries(
        [...wanted].flatMap(([field, column]) =>
          Object.hasOwn(object, column) ? [[field, bounded(object[column])]] : [],
        ),
      );
    yield { position: String(number), values };
  }
}

function toObject(line: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
