import type { FastifyInstance } from 'fastify'

/** A page runs and shows what comes from here and is a file of its own; nobody frames it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const always = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // A page that is made of files alone may say otherwise.
  'cache-control': 'no-store',
}

/** A year, of this host alone. It holds for all of its ports (RFC 6797 section 8.3). */
const overTls = { 'strict-transport-security': 'max-age=31536000' }

export type AnswerHeaders = Readonly<Record<string, string>>

/** What every answer tells a browser to hold to. */
export function answerHeaders({ isSecure }: { readonly isSecure: boolean }): AnswerHeaders {
  return isSecure ? { ...always, ...overTls } : always
}

/** Puts them on each answer, refusals too; a page may put its own in the place of one. */
export function addAnswerHeaders(app: FastifyInstance, headers: AnswerHeaders): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
}
