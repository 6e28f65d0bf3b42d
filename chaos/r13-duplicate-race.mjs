import { exactly, none, note } from './checks.mjs';
import { login, newEmail, register, untilAnswered } from './clients.mjs';

const PROCESSES = 4;
const AT_ONCE = 200;
const ALLOWED = [201, 400, 409, 429, 503];

export const r13 = {
  id: 'R13',
  title: '200 registrations of one address at once, through four processes on one database',
  inShort: true,
  async run({ database, schema, kunci }) {
    const settings = await schema();
    const processes = Array.from({ length: PROCESSES }, () => kunci(settings));
    await Promise.all(processes.map((one) => one.start()));
    await Promise.all(processes.map((one) => one.ready()));
    const email = newEmail();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => register(processes[i % PROCESSES].url, email, { limitMs: 60_000 })),
    );
    const statuses = answers.map(({ status, failure }) => failure ?? status);
    const winner = await untilAnswered(() => login(processes[0].url, email), 200).catch(() => undefined);
    return [
      exactly('registered', statuses.filter((status) => status === 201).length, 1),
      none(
        `answers other than ${ALLOWED.join('/')}`,
        statuses.filter((status) => !ALLOWED.includes(status)),
      ),
      note('refused because it is taken', statuses.filter((status) => status === 400 || status === 409).length),
      note('refused for want of time', statuses.filter((status) => status === 503 || status === 429).length),
      none(
        'answers that tell of the inside',
        answers.flatMap(({ leak }) => leak ?? []),
      ),
      exactly('rows', (await database.emails(settings)).length, 1),
      exactly('its password opens the account', winner?.status, 200),
    ];
  },
};
