import { r01 } from './r01-database-killed.mjs';
import { r02, r02b } from './r02-database-slow.mjs';
import { r02c } from './r02c-database-broken.mjs';
import { r03 } from './r03-pool-exhausted.mjs';
import { r04, r04b } from './r04-deploy.mjs';
import { r05, r05b } from './r05-process-killed.mjs';
import { r06, r06b } from './r06-login-flood.mjs';
import { r07, r08 } from './r07-slow-clients.mjs';
import { r09 } from './r09-huge-bodies.mjs';
import { r11 } from './r11-clock.mjs';
import { r13 } from './r13-duplicate-race.mjs';
import { r14 } from './r14-migrations.mjs';
import { r15 } from './r15-no-database.mjs';
import { r16 } from './r16-crashes.mjs';
import { r17 } from './r17-mail-server.mjs';
import { r18 } from './r18-log-blocked.mjs';

/** docs/reliability.md tells of each. */
export const scenarios = [
  ...[r01, r02, r02b, r02c, r03, r04, r04b, r05, r05b],
  ...[r06, r06b, r07, r08, r09, r11, r13, r14, r15, r16, r17, r18],
];
