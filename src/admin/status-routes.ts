import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'
import { statusPage } from './status-page.ts'

/** The page may show what it shows and nothing else: no script, no frame, nothing from elsewhere. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** How the gateway is: for machines at /status, for people at /. */
export function addStatusRoutes(app: FastifyInstance, view: ControlView): void {
  app.get('/status', () => view.status())
  app.get('/', async (_request, reply) => {
    reply.header('content-security-policy', policy).header('cache-control', 'no-store')
    reply.type('text/html; charset=utf-8')
    return statusPage(await view.status())
  })
}
