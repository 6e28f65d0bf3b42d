// Sends GET /api/user-info with many tokens in rotation, as fast as the answers come: through wrk, which takes less of
// the processor from the servers, or through autocannon, which needs no installation.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from './processes.mjs';

export const CONNECTIONS = 64;

/** All tokens in turn, over all connections. `status` counts what is 400 or more; Kunci's API never redirects. */
const SCRIPT = `
local requests, position = {}, 0

function init(args)
  for token in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format('GET', '/api/user-info', { ['Authorization'] = 'Bearer ' .. token })
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary)
  local e = summary.errors
  local failures = e.connect + e.read + e.write + e.timeout + e.status
  local seconds = summary.duration / 1e6
  io.write(string.format('\\n{"requests":%d,"seconds":%f,"failures":%d}', summary.requests, seconds, failures))
end
`;

/** @returns a name, and a function that loads one server for some seconds and fails unless all answers were good */
export function findGenerator(folder) {
  const hasWrk = spawnSync('wrk', ['-v']).error === undefined;
  const send = hasWrk ? throughWrk : throughAutocannon;
  const load = async (url, tokens, seconds) => {
    const { requests, failures, seconds: taken } = await send(url, tokens, seconds, folder);
    if (failures > 0 || requests === 0) throw new Error(`${failures} failures among ${requests} answers of ${url}`);
    return { count: requests, perSecond: requests / taken };
  };
  return { name: hasWrk ? 'wrk' : 'autocannon', load };
}

async function throughWrk(url, tokens, seconds, folder) {
  const [script, list] = [join(folder, 'user-info.lua'), join(folder, 'tokens')];
  writeFileSync(script, SCRIPT);
  writeFileSync(list, `${tokens.join('\n')}\n`);
  const options = ['--threads=1', `--connections=${CONNECTIONS}`, `--duration=${seconds}s`, '--timeout=10s'];
  const output = await outputOf('wrk', [...options, `--script=${script}`, url, '--', list]);
  return JSON.parse(output.slice(output.lastIndexOf('\n')));
}

async function throughAutocannon(url, tokens, seconds) {
  const { default: autocannon } = await import('autocannon');
  const requests = tokens.map((token) => ({ path: '/api/user-info', headers: { authorization: `Bearer ${token}` } }));
  let clients = 0;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    // Each connection has tokens of its own: with the same list all would ask for the same user at the same time.
    setupClient: (client) => {
      const own = clients++;
      client.setRequests(requests.filter((_, i) => i % CONNECTIONS === own));
    },
  });
  return {
    requests: result['2xx'],
    seconds: result.duration,
    failures: result.non2xx + result.errors + result.timeouts,
  };
}
