/** For TypeORM's command line (`npm run migration:run`, `:revert`, `:generate`); the application connects by itself. */
export { default } from '#database/data-source.js';
