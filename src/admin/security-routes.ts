import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'

/** Security events: those that last, and the last that ended. */
export function addSecurityRoutes(app: FastifyInstance, view: ControlView): void {
  app.get('/security', () => view.security())
}
