import { expect, it } from '@jest/globals';
import { isOlder } from './server-facts.js';

it.each([
  ['10.5.29-MariaDB', '10.6.0', true],
  ['10.6.0-MariaDB-log', '10.6.0', false],
  ['10.11.19-MariaDB-0+deb12u1', '10.6.0', false],
  ['5.5.5-10.5.9-MariaDB', '10.6.0', true],
  ['5.5.5-11.4.2-MariaDB', '10.6.0', false],
  ['8.0.15', '8.0.16', true],
  ['8.0.16', '8.0.16', false],
  ['8.4.3', '8.0.16', false],
  ['5.7.44-log', '8.0.16', true],
  ['9.7.4-2', '8.0.16', false],
])('%s is older than %s: %s', (version, oldest, older) => {
  expect(isOlder(version, oldest)).toBe(older);
});
