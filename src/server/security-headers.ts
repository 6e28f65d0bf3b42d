import type { FastifyInstance } from 'fastify';

/** The policy has no exceptions: everything a page needs comes from this server, as a file. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join(';');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`: with it browsers send `Origin: null` with our own forms, and the same-origin check needs it.
  'referrer-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Answers hold tokens and personal data unless their route says otherwise.
  'cache-control': 'no-store',
};

/**
 * Sent with every answer. Constant, and set on the reply rather than by Nest's `useSecurityHeaders`, which sets them on
 * the raw response: Node then checks and merges each of them twice, a tenth of what a guarded request costs.
 */
export function registerSecurityHeaders(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.headers(HEADERS).header('x-request-id', request.id);
    done();
  });
}
