// `npm start`: everything between a fresh clone and a running server, then the server itself in this process.
import { build, install } from './prepare.mjs';

install();
build();
await import('../dist/main.js');
