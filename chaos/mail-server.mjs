// A mail server on loopback that can be made to misbehave.
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

export class MailServer {
  /** `accept`, `silent`, `hang up`, `hold`; `refuse` answers a sender with 451, `forbid` with 550. */
  behaviour = 'accept';
  /** Recipient and Message-ID of each mail that it has taken, in the order in which they came. */
  mails = [];
  held = [];
  sockets = new Set();

  static async start(scope) {
    const mailServer = new MailServer();
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onConnect: (_session, reply) => mailServer.behaviour !== 'silent' && reply(),
      onMailFrom: (_address, _session, reply) => reply(mailServer.refusal()),
      onData: (stream, session, reply) => void mailServer.take(stream, session, reply),
    });
    server.server.on('connection', (socket) => mailServer.meet(socket));
    // What a client breaks off is what is tried here.
    server.on('error', () => {});
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    mailServer.port = server.server.address().port;
    scope.defer(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of mailServer.sockets) socket.destroy();
      await closed;
    });
    return mailServer;
  }

  get settings() {
    return {
      SMTP_URL: `smtp://127.0.0.1:${this.port}`,
      MAIL_FROM: 'kunci@example.com',
      PUBLIC_URL: 'https://accounts.example.com',
    };
  }

  /** Takes what it holds, and from now on everything. */
  accept() {
    this.behaviour = 'accept';
    for (const { mail, reply } of this.held.splice(0)) {
      this.mails.push(mail);
      reply();
    }
  }

  meet(socket) {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    if (this.behaviour === 'hang up') socket.destroy();
  }

  refusal() {
    const code = { refuse: 451, forbid: 550 }[this.behaviour];
    return code && Object.assign(new Error('not now'), { responseCode: code });
  }

  async take(stream, { envelope }, reply) {
    let text = '';
    try {
      for await (const chunk of stream) text += chunk;
    } catch {
      // The client broke off: there is no mail, and nobody to answer.
      return;
    }
    const mail = { to: envelope.rcptTo[0].address, id: /^Message-ID: *(\S+)/im.exec(text)?.[1] };
    if (this.behaviour === 'hold') this.held.push({ mail, reply });
    else {
      this.mails.push(mail);
      reply();
    }
  }
}
