import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { testSettings } from './support/app.js';
import { createDatabase, ENGINE, type TestDatabase } from './support/database.js';
import { KunciProcess } from './support/process.js';

const CLIENTS = 20;

/** A client that asks without a pause, on a new connection each time or on one that it keeps for as long as it may. */
class Client {
  answers = 0;
  failure: string | undefined;

  constructor(
    private readonly url: string,
    private readonly isKeeping: boolean,
  ) {}

  async run(): Promise<void> {
    let agent = this.newAgent();
    while (this.failure === undefined) {
      if ((await this.ask(agent)) === 'close') agent = this.newAgent();
    }
  }

  private newAgent(): Agent {
    return new Agent({ keepAlive: this.isKeeping, maxSockets: 1 });
  }

  /** @returns what the answer says of the connection */
  private ask(agent: Agent): Promise<string | undefined> {
    return new Promise((resolve) => {
      const fail = ({ code = 'unknown' }: NodeJS.ErrnoException) => {
        this.failure = code;
        resolve(undefined);
      };
      const sent = request(`${this.url}/health/live`, { agent }, (answer) => {
        answer.resume().on('error', fail);
        answer.on('end', () => {
          this.answers += 1;
          resolve(answer.headers.connection);
        });
      });
      sent.on('error', fail).end();
    });
  }
}

describe(`the end under clients that come back at once (${ENGINE})`, () => {
  let database: TestDatabase;
  let kunci: KunciProcess;
  afterEach(async () => {
    await kunci.stop();
    await database.drop();
  });

  const processes = ENGINE === 'sqlite' ? ['1'] : ['1', '2'];
  const ways = processes.flatMap((count) => [
    [count, 'new connections', false] as const,
    [count, 'connections that they keep', true] as const,
  ]);
  it.each(ways)(
    'fails no request with %s process(es) and %s: the next ones are refused',
    async (count, _how, isKept) => {
      database = await createDatabase();
      kunci = new KunciProcess(testSettings(database, { WEB_CONCURRENCY: count }));
      const url = await kunci.url();
      const clients = Array.from({ length: CLIENTS }, () => new Client(url, isKept));
      const running = clients.map((client) => client.run());
      await sleep(1_000);
      expect(await kunci.stop()).toBe(0);
      await Promise.all(running);
      expect(clients.map(({ failure }) => failure)).toEqual(Array(CLIENTS).fill('ECONNREFUSED'));
      expect(Math.min(...clients.map(({ answers }) => answers))).toBeGreaterThan(0);
    },
  );
});
