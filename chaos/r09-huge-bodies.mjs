import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { atMost, exactly, none } from './checks.mjs';
import { Watch } from './watch.mjs';

const COUNT = 50;
const LIMIT_BYTES = 64 * 1024;
const SLACK_BYTES = 64 * 1024;
const HUGE_BYTES = 100 * 1024 * 1024;
const BOMB_BYTES = 20 * 1024 * 1024;
/** Who still sends when the connection is cut may lose the answer, which is TCP's way; cut at once, half of them do. */
const CUT_AT_MOST = COUNT / 5;
const SEND_MS = 20_000;
const PIECE = Buffer.alloc(16 * 1024, 0x20);
const CHUNK = Buffer.concat([Buffer.from(`${PIECE.length.toString(16)}\r\n`), PIECE, Buffer.from('\r\n')]);

const head = (...lines) =>
  ['POST /api/register HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines, '', ''].join('\r\n');

export const r09 = {
  id: 'R9',
  title: 'Bodies of 100 MB, bodies without an end, and compressed ones that grow',
  async run({ scope, service }) {
    const { kunci } = await service();
    const watch = new Watch(scope, kunci);
    await sleep(500);
    const before = watch.peakRss;
    const checks = [
      ...(await attack(scope, kunci, '100 MB', head(`Content-Length: ${HUGE_BYTES}`), PIECE, 413)),
      ...(await attack(scope, kunci, 'without an end', head('Transfer-Encoding: chunked'), CHUNK, 413)),
    ];
    const bomb = gzipSync(Buffer.alloc(BOMB_BYTES, 0x20));
    const packed = bomb.subarray(0, LIMIT_BYTES - 1);
    const bombHead = head(`Content-Length: ${packed.length}`, 'Content-Encoding: gzip', 'Connection: close');
    checks.push(...(await attack(scope, kunci, 'compressed', bombHead, packed, 415, 1)));
    await watch.stop();
    return [
      ...checks,
      none('/health/live other than 200', watch.others('/health/live', 200)),
      atMost('memory grown by', watch.peakRss - before, 60, 'MB'),
      exactly('the process lives', kunci.isRunning, true),
    ];
  },
};

/** @param pieces that are sent at most; each client stops when its connection ends */
async function attack(scope, kunci, name, start, piece, status, pieces = Infinity) {
  const readBefore = kunci.bytesRead();
  const results = await Promise.all(
    Array.from({ length: COUNT }, () => sendBody(scope, kunci.port, start, piece, pieces)),
  );
  const readEach = (kunci.bytesRead() - readBefore) / COUNT;
  const answers = results.map(({ answer }) => answer).filter((answer) => answer !== undefined);
  return [
    none(
      `${name}: answers other than ${status}`,
      answers.filter((answer) => answer !== status),
    ),
    atMost(`${name}: connections without an answer`, COUNT - answers.length, CUT_AT_MOST),
    atMost(`${name}: longest until closed`, Math.max(...results.map(({ ms }) => ms)), 2_000, 'ms'),
    atMost(`${name}: read of each`, readEach / 1024, (LIMIT_BYTES + SLACK_BYTES) / 1024, 'KB'),
  ];
}

function sendBody(scope, port, start, piece, pieces) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let answer;
    let left = pieces;
    const socket = connect({ port, host: '127.0.0.1' });
    scope.defer(() => socket.destroy());
    const send = () => {
      while (left-- > 0 && socket.writable && socket.write(piece));
    };
    const timer = setTimeout(() => socket.destroy(), SEND_MS);
    socket.on('connect', () => {
      socket.write(start);
      send();
    });
    socket.on('drain', send).on('error', () => {});
    socket.on('data', (text) => (answer ??= Number(/^HTTP\/1\.1 (\d+)/.exec(text.toString())?.[1])));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ answer, ms: performance.now() - startedAt });
    });
  });
}
