import { describe, expect, it } from '@jest/globals';
import { pauseMs } from './pause.js';
import { smtpFault } from './smtp.js';

describe('smtpFault', () => {
  it.each([
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, true],
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 450 }, false],
    [{ code: 'EMESSAGE', command: 'DATA', responseCode: 554 }, true],
    [{ code: 'EMESSAGE', command: 'DATA', responseCode: 451 }, false],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }, false],
    [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, false],
    [{ code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }, false],
    [{ code: 'EENVELOPE', command: 'API' }, true],
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }, false],
    [new TypeError('a view lacks a value'), false],
  ])('%o is final: %s', (error, isFinal) => {
    expect(smtpFault(error).isFinal).toBe(isFinal);
  });

  it('tells names and numbers, and nothing that a server said', () => {
    const error = Object.assign(new Error('550 <ana@example.com> is not known'), {
      code: 'EENVELOPE',
      command: 'RCPT TO',
      responseCode: 550,
      response: '550 <ana@example.com> is not known',
    });
    expect(smtpFault(error).reason).toBe('EENVELOPE 550');
    expect(smtpFault({ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }).reason).toBe('ECONNREFUSED');
    expect(smtpFault(new TypeError('ana@example.com')).reason).toBe('TypeError');
  });
});

describe('pauseMs', () => {
  it('grows with every attempt that failed, up to a quarter of an hour', () => {
    const pauses = Array.from({ length: 8 }, (_, i) => pauseMs(i + 1) / 1000);
    expect(pauses).toEqual([10, 30, 60, 300, 900, 900, 900, 900]);
  });
});
