import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'
import { statusPage } from './status-page.ts'

/** How the gateway is: for machines at /status, for browsers without a script at /plain. */
export function addStatusRoutes(app: FastifyInstance, view: ControlView): void {
  app.get('/status', () => view.status())
  app.get('/plain', async (_request, reply) => {
    reply.type('text/html; charset=utf-8')
    return statusPage(await view.status())
  })
}
