import { visible } from '../i18n/visible.js';
import { SourceError } from './source-error.js';

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

/** Found by their own names; the others only if the map names them, because other systems mean other things by them. */
const FOUND_BY_NAME: readonly Field[] = ['id', 'name', 'email', 'password'];

/** An account without an id gets one. What else is left out on purpose is named with an empty column. */
const REQUIRED: readonly Field[] = ['name', 'email', 'password'];

/** @param text such as `name=full_name,email=mail`; `name=` if there is none @throws SourceError */
export function parseMap(text: string, before: FieldMap = {}): FieldMap {
  const map: Partial<Record<Field, string>> = { ...before };
  for (const pair of text.split(',')) {
    const [, name = '', column = ''] = /^\s*(\w+)\s*=(.*)$/.exec(pair) ?? [];
    const field = FIELDS.find((known) => known === name);
    if (!field) throw new SourceError(`--map wants FIELD=COLUMN,… with these fields: ${FIELDS.join(', ')}.`);
    map[field] = column.trim();
  }
  if (map.email === '') throw new SourceError('Nobody can log in without an address: --map email=COLUMN.');
  return map;
}

/**
 * @param available the columns of the source
 * @throws SourceError that says which there are
 */
export function columnsOf(available: readonly string[], map: FieldMap): Columns {
  const columns = new Map<Field, string>();
  for (const field of FIELDS) {
    const wanted = map[field] ?? (FOUND_BY_NAME.includes(field) ? field : '');
    if (wanted === '') continue;
    const column = find(available, wanted);
    if (column !== undefined) columns.set(field, column);
    else if (map[field] !== undefined || REQUIRED.includes(field)) throw missing(field, wanted, available);
  }
  return columns;
}

/** The letter case of a column means nothing to the databases; in a file two may differ by it alone. */
function find(available: readonly string[], wanted: string): string | undefined {
  if (available.includes(wanted)) return wanted;
  const alike = available.filter((column) => column.toLowerCase() === wanted.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

function missing(field: Field, wanted: string, available: readonly string[]): SourceError {
  const there = available.map(visible).join(', ');
  const none = field === 'email' ? '' : `, or ${field}= if there is none`;
  return new SourceError(
    `There is no column ${visible(wanted)}. There are: ${there}.\nSay which it is: --map ${field}=COLUMN${none}.`,
  );
}
