import { AdoptionError, printable } from './adoption-error.js';

export function noTable(name: string, tables: readonly string[]): AdoptionError {
  const there =
    tables.length > 0 ? `There are: ${tables.map(printable).join(', ')}` : 'There are none that this user may see';
  return new AdoptionError(`There is no table ${printable(name)}. ${there}.\nSay which it is: --table NAME.`);
}

/** Without one no page could begin where the one before ended. */
export function noKey(name: string): AdoptionError {
  return new AdoptionError(
    `${printable(name)} has no primary key, so that its rows cannot be told apart. Write it to a CSV file and adopt that.`,
  );
}
