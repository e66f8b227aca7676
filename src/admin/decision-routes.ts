import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'
import { type PageQuery, pageQuery } from './page-query.ts'

/** What was decided about the last requests. */
export function addDecisionRoutes(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: PageQuery }>(
    '/decisions',
    { schema: { querystring: pageQuery } },
    ({ query: { after, limit } }) => view.decisions(Number(after), Number(limit)),
  )
}
