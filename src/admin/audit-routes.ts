import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'
import { type PageQuery, pageQuery } from './page-query.ts'
import { AdminError } from './refusal.ts'

/** What happened, in order, and the proof that nothing of it was changed. */
export function addAuditRoutes(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: PageQuery }>(
    '/audit',
    { schema: { querystring: pageQuery } },
    ({ query: { after, limit } }) => readable(view.readAudit(Number(after), Number(limit))),
  )
  app.get('/audit/verify', () => readable(view.verifyAudit()))
}

async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'STORE_DOWN') throw error
    throw new AdminError('store-down', (error as Error).message)
  }
}
