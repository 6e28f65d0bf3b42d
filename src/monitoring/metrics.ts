import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';

/** Of this process. */
export const registry = register;

/** Of all processes of a cluster together. Made in each of them: a worker without one leaves its primary's question unanswered. */
export const clusterRegistry = new AggregatorRegistry();

/** Where a request is slower than these, it is the passwords' hashes (0.05 to 1 s) or something is wrong. */
const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const REQUEST_LABELS = ['method', 'route', 'status'] as const;

export const httpRequests = new Counter({
  name: 'kunci_http_requests_total',
  help: 'Requests that ended, by the pattern of their route.',
  labelNames: REQUEST_LABELS,
});

export const httpRequestDuration = new Histogram({
  name: 'kunci_http_request_duration_seconds',
  help: 'From the head of a request to the end of its answer.',
  labelNames: REQUEST_LABELS,
  buckets: REQUEST_BUCKETS,
});

export const hashActive = new Gauge({ name: 'kunci_hash_active', help: 'Passwords that are being hashed.' });

export const hashQueued = new Gauge({ name: 'kunci_hash_queued', help: 'Passwords that wait to be hashed.' });

export const hashWait = new Histogram({
  name: 'kunci_hash_wait_seconds',
  help: 'How long a password waited to be hashed.',
  buckets: [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
});

export const hashRejected = new Counter({
  name: 'kunci_hash_rejected_total',
  help: 'Passwords that were not hashed because too many waited.',
});

export const securityEvents = new Counter({
  name: 'kunci_security_events_total',
  help: 'Security events by their name in the OWASP Logging Vocabulary.',
  labelNames: ['event'] as const,
});

export const auditDropped = new Counter({
  name: 'kunci_audit_dropped_total',
  help: 'Security events that are missing in the table audit_events.',
});

export const logins = new Counter({
  name: 'kunci_logins_total',
  help: 'Attempts to log in, by what came of them.',
  labelNames: ['outcome'] as const,
});

export const refreshReuse = new Counter({
  name: 'kunci_refresh_reuse_total',
  help: 'Refresh tokens that were used again after their time.',
});

export const limiterHits = new Counter({
  name: 'kunci_limiter_hits_total',
  help: 'Requests that a limit refused, by the name of the limit.',
  labelNames: ['limit'] as const,
});

export const mails = new Counter({
  name: 'kunci_mails_total',
  help: 'Attempts to send a mail, by what came of them.',
  labelNames: ['outcome'] as const,
});

/** Of the process and its event loop: once, however many applications a process makes. */
export function startProcessMetrics(): void {
  if (registry.getSingleMetric('process_start_time_seconds') === undefined) collectDefaultMetrics();
}
