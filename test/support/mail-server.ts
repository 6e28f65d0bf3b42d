import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { eventually } from './process.js';

/**
 * What it does with the next connection or mail: takes it; says nothing at all; closes the connection; takes the mail but
 * does not say so until `release`; or answers a recipient, a sender or a whole mail with a code.
 */
export type Behaviour =
  | 'accept'
  | 'say nothing'
  | 'hang up'
  | 'hold'
  | { readonly at: 'sender' | 'recipient' | 'mail'; readonly code: number };

export interface ReceivedMail {
  /** The recipients of the envelope, whatever the headers say. */
  readonly to: readonly string[];
  readonly from: string;
  readonly raw: string;
  readonly parsed: ParsedMail;
  readonly text: string;
  readonly html: string;
}

type Reply = (error?: Error | null) => void;

interface Options {
  readonly login?: { readonly user: string; readonly pass: string };
  readonly port?: number;
}

/** A real mail server, on loopback. */
export class MailServer {
  behaviour: Behaviour = 'accept';
  /** Taken, in the order in which they came. */
  readonly mails: ReceivedMail[] = [];
  /** How often somebody connected. */
  connections = 0;
  private readonly held: { readonly mail: ReceivedMail; readonly reply: Reply }[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: SMTPServer) {
    server.server.on('connection', (socket: Socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      if (this.behaviour === 'hang up') socket.destroy();
    });
  }

  /** @param options.login the only user name and password that may send; anybody may without one */
  static async start({ login, port = 0 }: Options = {}): Promise<MailServer> {
    const server = new SMTPServer({
      authOptional: login === undefined,
      allowInsecureAuth: true,
      disabledCommands: login ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, reply) => {
        if (username === login?.user && password === login?.pass) reply(null, { user: username });
        else reply(Object.assign(new Error('Wrong password'), { responseCode: 535 }));
      },
      onConnect: (_session, reply) => {
        if (started.behaviour !== 'say nothing') reply();
      },
      onMailFrom: (_address, _session, reply) => reply(started.refusal('sender')),
      onRcptTo: (_address, _session, reply) => reply(started.refusal('recipient')),
      onData: (stream, session, reply) => void started.take(stream, session, reply),
    });
    // What a client breaks off is no trouble of the test.
    server.on('error', () => undefined);
    const started = new MailServer(server);
    server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
    return started;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** What an application is told of it. */
  get settings(): Record<string, string> {
    return {
      SMTP_URL: `smtp://127.0.0.1:${this.port}`,
      MAIL_FROM: 'Kunci Test <kunci@example.com>',
      PUBLIC_URL: 'https://accounts.example.com',
    };
  }

  /** The mails to an address, once there are so many. */
  async to(address: string, count = 1): Promise<ReceivedMail[]> {
    const found = () => this.mails.filter(({ to }) => to.includes(address));
    await eventually(() => found().length >= count, 20_000);
    return found();
  }

  /** Those who are connected. */
  get openCount(): number {
    return this.sockets.size;
  }

  /** Mails that it has as a whole and holds. */
  get heldCount(): number {
    return this.held.length;
  }

  /** Takes what it holds, also from those who have gone meanwhile, and holds nothing more. */
  release(): void {
    this.behaviour = 'accept';
    for (const { mail, reply } of this.held.splice(0)) {
      this.mails.push(mail);
      reply();
    }
  }

  /** Breaks every connection; what was held is forgotten. */
  breakAll(): void {
    this.held.length = 0;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(resolve));
    this.breakAll();
    await closed;
  }

  private refusal(at: 'sender' | 'recipient' | 'mail'): Error | null {
    const { behaviour } = this;
    if (typeof behaviour === 'string' || behaviour.at !== at) return null;
    // As real servers do it, with the address in its words.
    const words = 'ana@example.com is not known here';
    return Object.assign(new Error(words), { responseCode: behaviour.code });
  }

  private async take(stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const mail = await received(Buffer.concat(chunks), session);
      const refusal = this.refusal('mail');
      if (this.behaviour === 'hold') this.held.push({ mail, reply });
      else {
        if (!refusal) this.mails.push(mail);
        reply(refusal);
      }
    } catch {
      // The client broke off: there is no mail, and nobody to answer.
    }
  }
}

async function received(bytes: Buffer, { envelope }: SMTPServerSession): Promise<ReceivedMail> {
  const parsed = await simpleParser(bytes);
  return {
    to: envelope.rcptTo.map(({ address }) => address),
    from: envelope.mailFrom ? envelope.mailFrom.address : '',
    raw: bytes.toString('utf8'),
    parsed,
    text: parsed.text ?? '',
    html: parsed.html || '',
  };
}
