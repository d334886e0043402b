/** Response headers of every page. One policy for the whole site: no inline script or style, nothing foreign. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Middleware for all routes. Pages carry their scripts and styles as files, so the
 * policy can start from "nothing" and name what is allowed.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // Links inside one site keep their origin, which the same-origin check in front reads.
    referrerPolicy: { policy: 'same-origin' },
  });
}
