// Clients of the service: each waits for its answer before it sends the next request, on a connection that it keeps.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { exactly, none, note } from './checks.mjs';
import { keepAliveAgent, send } from './request.mjs';

export const PASSWORD = 'correct horse 9 battery';
const ALLOWED = [200, 201, 400, 401, 409, 429, 503];
const AFTER_REFUSAL_MS = 100;

export function newEmail() {
  return `chaos-${randomBytes(8).toString('hex')}@example.com`;
}

export function register(url, email, options) {
  return send(`${url}/api/register`, {
    method: 'POST',
    json: { name: 'Chaos', email, password: PASSWORD },
    ...options,
  });
}

export function login(url, email, { password = PASSWORD, ...options } = {}) {
  return send(`${url}/api/login`, { method: 'POST', json: { email, password }, ...options });
}

export function userInfo(url, token, options) {
  return send(`${url}/api/user-info`, { headers: { authorization: `Bearer ${token}` }, ...options });
}

/** An account and its access token; refusals for want of time are waited out. */
export async function signUp(url) {
  const email = newEmail();
  await untilAnswered(() => register(url, email), 201);
  const { text } = await untilAnswered(() => login(url, email), 200);
  const { access_token: token, refresh_token: refreshToken } = JSON.parse(text).data;
  return { email, token, refreshToken };
}

export async function untilAnswered(request, expected, attempts = 20) {
  for (let attempt = 1; ; attempt++) {
    const answer = await request();
    if (answer.status === expected) return answer;
    if (attempt === attempts || ![503, 429].includes(answer.status))
      throw new Error(`Answered ${answer.failure ?? answer.status}, not ${expected}: ${answer.text.slice(0, 200)}`);
    await sleep(500);
  }
}

/** Counts from the first request on, whatever the answers do: what is slow does not slow the next ones. */
export async function atRate(perSecond, seconds, request, isOver = () => false) {
  const running = [];
  const start = performance.now();
  for (let i = 0; i < perSecond * seconds && !isOver(); i++) {
    await sleep(Math.max(0, start + (i * 1000) / perSecond - performance.now()));
    running.push(request(i));
  }
  return Promise.all(running);
}

export class Crowd {
  answers = [];
  /** Every e-mail address for which a registration left the client, and those that were acknowledged. */
  tried = [];
  /** Of those, the ones whose answer never came. */
  unanswered = [];
  acked = [];
  accounts = [];
  isRunning = false;
  loops = [];

  /**
   * @param limitMs after it an unanswered request counts as a hang
   * @param pauseMs after a refusal, about: people who were refused at once do not come back at once
   * @param arrivalMs in which all of them have come
   */
  constructor(scope, url, { limitMs = 3_000, pauseMs = AFTER_REFUSAL_MS, arrivalMs = 0 } = {}) {
    Object.assign(this, { scope, url, limitMs, pauseMs, arrivalMs });
    scope.defer(() => this.stop());
  }

  /** Accounts for those who log in and ask. */
  async prepare(accounts = 4) {
    for (let i = 0; i < accounts; i++) this.accounts.push(await signUp(this.url));
    this.acked.push(...this.accounts.map(({ email }) => email));
  }

  /** @param counts how many of each kind: register, login, userInfo */
  start(counts) {
    this.isRunning = true;
    for (const [kind, count] of Object.entries(counts))
      for (let i = 0; i < count; i++) this.loops.push(this.loop(kind, i));
  }

  /** Waits for the answers that are under way. */
  async stop() {
    this.isRunning = false;
    await Promise.all(this.loops.splice(0));
  }

  async loop(kind, index) {
    await sleep(this.arrivalMs * Math.random());
    const agent = keepAliveAgent();
    while (this.isRunning && !this.scope.hasEnded) {
      const answer = await this[kind]({ agent, limitMs: this.limitMs }, index);
      this.record(kind, answer);
      if (answer.failure || [429, 503].includes(answer.status)) await sleep(this.pauseMs * (0.5 + Math.random()));
    }
    agent.destroy();
  }

  record(kind, { status, headers, text, ms, sentAt, failure, leak }) {
    const shown = status >= 500 && status !== 503 ? text.slice(0, 200) : '';
    const { 'retry-after': retryAfter, connection } = headers;
    this.answers.push({ kind, status: failure ?? status, ms, sentAt, leak, retryAfter, connection, shown });
  }

  async register(options) {
    const email = newEmail();
    const answer = await register(this.url, email, options);
    if (answer.failure !== 'ECONNREFUSED') this.tried.push(email);
    if (answer.failure && answer.failure !== 'ECONNREFUSED') this.unanswered.push(email);
    if (answer.status === 201) this.acked.push(email);
    return answer;
  }

  login(options, index) {
    return login(this.url, this.account(index).email, options);
  }

  userInfo(options, index) {
    return userInfo(this.url, this.account(index).token, options);
  }

  account(index) {
    return this.accounts[index % this.accounts.length];
  }

  of(kind, status) {
    return this.answers.filter((answer) => answer.kind === kind && answer.status === status);
  }

  get unacked() {
    const acked = new Set(this.acked);
    return this.tried.filter((email) => !acked.has(email));
  }

  /** What holds for every answer whatever is broken behind the service. */
  faults({ allowed = ALLOWED } = {}) {
    const bad = this.answers.filter(({ status }) => !allowed.includes(status));
    const bare = this.answers.filter(({ status, retryAfter }) => status === 503 && !retryAfter);
    return [
      note('answers', this.answers.length),
      none(
        `answers other than ${allowed.join('/')}`,
        bad.map(({ kind, status }) => `${kind} ${status}`),
      ),
      none(
        '503 without Retry-After',
        bare.map(({ kind }) => kind),
      ),
      none(
        'answers that tell of the inside',
        this.answers.flatMap(({ leak }) => leak ?? []),
      ),
    ];
  }

  /** Whether every acknowledged registration has its row. */
  async lost(database, settings) {
    const rows = new Set(await database.emails(settings));
    const lost = this.acked.filter((email) => !rows.has(email));
    const enough = this.acked.length > this.accounts.length;
    return [exactly('some registrations were acknowledged', enough, true), none('acknowledged and lost', lost)];
  }
}
