import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { isLoopbackHost } from './loopback-host.ts'
import { AdminError } from './refusal.ts'
import type { AdminAccess } from './require-role.ts'

/** Open to whoever can connect: probes and Prometheus may know this machine by another name. */
const forProbes = new Set(['/health', '/ready', '/metrics'])

/**
 * Keeps web pages in an operator's browser away. Where nobody is asked who they are, nothing but
 * probes is answered under a name other than loopback; where a token is needed a page has none, since
 * no browser adds it by itself, and the cookie of a session goes to the name that it was given under.
 * A change must be JSON (which a page of another origin may not send unasked, and asking is never
 * granted) and must not say that a page of another origin sent it. Nor may such a page have anything
 * read for it, though the browser keeps the answer from it: how long that took would tell of it, and this
 * process would be at work for nobody. A person may follow a link from there (W3C Fetch Metadata).
 */
export function refusePages(app: FastifyInstance, { whoAsks }: Pick<AdminAccess, 'whoAsks'>): void {
  app.addHook('onRequest', async ({ method, headers, routeOptions }) => {
    if (forProbes.has(routeOptions.url ?? '')) return
    if (whoAsks() === null && !isLoopbackHost(headers.host)) {
      throw new AdminError(
        'not-loopback',
        `Cannot answer: Host must be localhost, 127.0.0.1 or [::1], received ${JSON.stringify(headers.host ?? '')}`,
      )
    }
    const reads = method === 'GET' || method === 'HEAD'
    if (isFromElsewhere(headers) && !(reads && isFollowedLink(headers))) {
      throw new AdminError(
        'from-a-page',
        `Cannot ${reads ? 'answer' : 'change anything'}: the request must not come from a web page, received one from another site`,
      )
    }
    if (reads) return
    const type = headers['content-type'] ?? ''
    if (!/^application\/json\s*(;|$)/i.test(type)) {
      throw new AdminError(
        'not-json',
        `Cannot read the request: Content-Type must be application/json, received ${JSON.stringify(type)}`,
      )
    }
  })
}

/** By a page of another origin; a program says nothing of the kind, nor does a person who typed the address. */
function isFromElsewhere({ 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** Shown in a tab of its own, not in a frame. */
function isFollowedLink(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}
