import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { loadEnvFile, readSettings } from '../config/env.js';
import { dataSourceOptions } from './data-source-options.js';

loadEnvFile();

/** For the TypeORM command line only: the application connects in `database.module.ts`. */
export default new DataSource({
  ...dataSourceOptions(readSettings().database),
  entities: [join(import.meta.dirname, '../**/*.entity.js')],
});
