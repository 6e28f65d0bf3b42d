import type { SecurityHeadersOptions } from '@nestjs/common/interfaces/http/security-headers-options.interface.js';

/** Sent with every answer. The policy has no exceptions: everything a page needs comes from this server, as a file. */
export const SECURITY_HEADERS: SecurityHeadersOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self'",
      'connect-src': "'self'",
      'form-action': "'self'",
      'base-uri': "'none'",
      'object-src': "'none'",
      'frame-ancestors': "'none'",
    },
  },
  // Not `no-referrer`: with it browsers send `Origin: null` with our own forms, and the same-origin check needs it.
  referrerPolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
};
