import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Counter, Histogram } from 'prom-client';
import { httpRequestDuration, httpRequests, startProcessMetrics } from './metrics.js';

interface Series {
  readonly count: Counter.Internal;
  readonly seconds: Histogram.Internal<string>;
}

/**
 * Counts and times the requests, beside what Node tells of the process. What a client makes up never becomes a label, or anyone could fill the memory of the
 * process and of Prometheus: paths are those of the routes, and all others are one.
 */
export function registerHttpMetrics(instance: FastifyInstance): void {
  startProcessMetrics();
  // prom-client checks labels at each use; what it prepared is kept. Bounded by routes x methods x statuses.
  const known = new Map<string, Series>();
  instance.addHook('onRequest', (request, reply, done) => {
    // Not `onResponse`: Fastify does not call it for a client that hangs up.
    reply.raw.once('close', () => observe(known, request, reply));
    done();
  });
}

function observe(known: Map<string, Series>, { method, routeOptions }: FastifyRequest, reply: FastifyReply): void {
  const route = routeOptions.url ?? 'unknown';
  const status = reply.raw.writableFinished ? String(reply.statusCode) : 'aborted';
  const key = `${method} ${status} ${route}`;
  let series = known.get(key);
  if (!series) {
    const labels = { method, route, status };
    series = { count: httpRequests.labels(labels), seconds: httpRequestDuration.labels(labels) };
    known.set(key, series);
  }
  series.count.inc();
  series.seconds.observe(reply.elapsedTime / 1000);
}
