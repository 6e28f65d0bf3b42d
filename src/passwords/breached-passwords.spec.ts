import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { readWithSecret } from '../../test/support/settings.js';
import { BreachedPasswords } from './breached-passwords.js';

/** SHA-1 of `password`: the example of Have I Been Pwned's own documentation. */
const PREFIX = '5BAA6';
const SUFFIX = '1E4C9B93F3F0682250B6CF8331B7EE68FD8';
const OTHERS = '0018A45C4D1DEF81644B54AB7F969B88D65:10\r\n00D4F6E8FA6EECAD2A3AA415EEC418D38EC:2\r\n';

/** Stands in for the service, and answers as it is told. */
class RangeService {
  readonly requests: IncomingMessage[] = [];
  private server!: Server;

  async start(answer: (response: ServerResponse, url: string) => void): Promise<BreachedPasswords> {
    this.server = createServer((request, response) => {
      this.requests.push(request);
      answer(response, `http://${request.headers.host ?? ''}`);
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    return new BreachedPasswords(readWithSecret({ BREACHED_PASSWORDS_URL: `http://127.0.0.1:${port}/range/` }));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('breached passwords', () => {
  const warnings: string[] = [];
  let service: RangeService;
  const start = (answer: (response: ServerResponse, url: string) => void) => {
    service = new RangeService();
    return service.start(answer);
  };

  beforeAll(() => {
    const note = (message: unknown) => warnings.push(String(message));
    Logger.overrideLogger({ log: note, error: note, warn: note } satisfies LoggerService);
  });
  afterAll(() => {
    Logger.overrideLogger(['log', 'error', 'warn']);
  });
  afterEach(() => {
    service.stop();
    warnings.length = 0;
  });

  it.each([
    ['found', true, `${OTHERS}${SUFFIX}:9545824\r\n`],
    ['found, in small letters and without a line end', true, `${OTHERS}${SUFFIX.toLowerCase()}:3`],
    ['not found', false, OTHERS],
    ['there as padding', false, `${OTHERS}${SUFFIX}:0\r\n`],
    ['there as padding of several digits', false, `${SUFFIX}:000\n${OTHERS}`],
    ['not in an empty list', false, ''],
  ])('are asked for by five digits of the hash: %s is %s', async (_what, expected, body) => {
    const breached = await start((response) => response.end(body));
    expect(await breached.includes('password')).toBe(expected);
    const [request] = service.requests;
    expect(`${request?.method ?? ''} ${request?.url ?? ''}`).toBe(`GET /range/${PREFIX}`);
    expect(request?.headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'kunci' });
    expect(JSON.stringify(request?.rawHeaders)).not.toMatch(/password|1E4C9/i);
    expect(warnings).toEqual([]);
  });

  it.each<[string, RegExp, (response: ServerResponse, url: string) => void]>([
    ['fails', /status 500$/, (response) => response.writeHead(500).end(`${SUFFIX}:9`)],
    ['knows no such range', /status 404$/, (response) => response.writeHead(404).end()],
    [
      'sends elsewhere',
      /status 302$/,
      (response, url) => response.writeHead(302, { location: `${url}/elsewhere` }).end(`${SUFFIX}:9`),
    ],
    ['answers a page', /no list of hashes$/, (response) => response.end('<h1>Welcome</h1>')],
    ['answers too slowly', /TimeoutError$/, () => undefined],
    [
      'never ends its answer',
      /TimeoutError$/,
      (response) => response.write(OTHERS) && response.write(`${SUFFIX}:9\r\n`),
    ],
    ['answers without end', /more than 1000000 bytes$/, flood],
    ['closes the connection', /UND_ERR_SOCKET|ECONNRESET$/, (response) => response.destroy()],
  ])('let a password pass, and tell the log, if the service %s', async (_what, reason, answer) => {
    const breached = await start(answer);
    const startedAt = performance.now();
    expect(await breached.includes('password')).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(reason);
    expect(warnings[0]).not.toMatch(/5BAA6|1E4C9|: password/i);
    expect(service.requests).toHaveLength(1);
  });

  it('let a password pass, and tell the log, if nobody is there', async () => {
    const breached = await start(() => undefined);
    service.stop();
    expect(await breached.includes('password')).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/ECONNREFUSED$/)]);
  });

  it('ask nobody where no service is named', async () => {
    await start(() => undefined);
    expect(await new BreachedPasswords(readWithSecret({})).includes('password')).toBe(false);
    expect(service.requests).toEqual([]);
  });
});

/** As long as somebody reads. */
function flood(response: ServerResponse): void {
  const more = () => {
    if (!response.destroyed) response.write(OTHERS.repeat(800), more);
  };
  more();
}
