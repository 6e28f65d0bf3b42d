import { OperatorError, UsageError } from '../http/operator-error.js';
import { visible } from '../i18n/visible.js';

/** What an account can bring along. */
export const FIELDS = [
  'id',
  'name',
  'email',
  'password',
  'email_verified_at',
  'created_at',
  'language',
  'locked_at',
] as const;

export type Field = (typeof FIELDS)[number];

/** The column of each field; an empty one says that there is none. */
export type FieldMap = Readonly<Partial<Record<Field, string>>>;

/** The fields that the source has, with their columns. */
export type Columns = ReadonlyMap<Field, string>;

/**
 * Found by their own names, and asked for: what is not there is said so by an empty column. The others only if the map
 * names them, because other systems mean other things by them.
 */
const FOUND_BY_NAME: readonly Field[] = ['id', 'name', 'email', 'password'];

/** @param text such as `name=full_name,email=mail`; `name=` if there is none @throws OperatorError */
export function parseMap(text: string, before: FieldMap = {}): FieldMap {
  const map: Partial<Record<Field, string>> = { ...before };
  for (const pair of text.split(',')) {
    const [, name = '', column = ''] = /^\s*(\w+)\s*=(.*)$/.exec(pair) ?? [];
    const field = FIELDS.find((known) => known === name);
    if (!field) throw new UsageError(`--map wants FIELD=COLUMN,… with these fields: ${FIELDS.join(', ')}.`);
    map[field] = column.trim();
  }
  if (map.email === '') throw new UsageError('Nobody can log in without an address: --map email=COLUMN.');
  return map;
}

/**
 * @param available the columns of the source
 * @throws OperatorError that says which there are
 */
export function columnsOf(available: readonly string[], map: FieldMap): Columns {
  const columns = new Map<Field, string>();
  const absent = new Map<Field, string>();
  for (const field of FIELDS) {
    const wanted = map[field] ?? (FOUND_BY_NAME.includes(field) ? field : '');
    if (wanted === '') continue;
    const column = find(available, wanted);
    if (column === undefined) absent.set(field, wanted);
    else columns.set(field, column);
  }
  if (absent.size > 0) throw missing(absent, available);
  return columns;
}

/** The letter case of a column means nothing to the databases; in a file two may differ by it alone. */
function find(available: readonly string[], wanted: string): string | undefined {
  if (available.includes(wanted)) return wanted;
  const alike = available.filter((column) => column.toLowerCase() === wanted.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

function missing(absent: Columns, available: readonly string[]): OperatorError {
  const wanted = [...absent.values()].map((column) => `no column ${visible(column)}`).join(', ');
  const there = available.map(visible).join(', ');
  const map = [...absent.keys()].map((field) => `${field}=COLUMN`).join(',');
  const [none] = [...absent.keys()].filter((field) => field !== 'email');
  const without = none === undefined ? '' : `, with ${none}= if there is none`;
  return new OperatorError(`There is ${wanted}. There are: ${there}.\nSay which it is: --map ${map}${without}.`);
}
