import { r01 } from './r01-database-killed.mjs';
import { r02, r02b } from './r02-database-slow.mjs';
import { r02c } from './r02c-database-broken.mjs';
import { r03 } from './r03-pool-exhausted.mjs';
import { r04 } from './r04-deploy.mjs';
import { r05, r05b } from './r05-process-killed.mjs';

export const scenarios = [r01, r02, r02b, r02c, r03, r04, r05, r05b];
