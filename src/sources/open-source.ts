import { openCsvSource } from './csv-source.js';
import { openJsonLinesSource } from './json-lines-source.js';
import { openMysqlSource } from './mysql-source.js';
import type { SourceLocation } from './source-location.js';
import type { Source } from './source.js';
import { openSqliteSource } from './sqlite-source.js';

/** @param table of a database; a file is one @throws OperatorError */
export function openSource(location: SourceLocation, table: string): Promise<Source> {
  switch (location.kind) {
    case 'server':
      return openMysqlSource(location, table);
    case 'sqlite':
      return openSqliteSource(location.path, table);
    case 'csv':
      return openCsvSource(location.path);
    case 'json-lines':
      return openJsonLinesSource(location.path);
  }
}
