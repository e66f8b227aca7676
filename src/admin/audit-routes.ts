import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'
import { type PageQuery, pageQuery } from './page-query.ts'
import { AdminError } from './refusal.ts'

/** As other long lists; with `before` it is read from its end. */
interface AuditQuery extends Omit<PageQuery, 'after'> {
  readonly after?: string
  readonly before?: string
}

const { after, limit } = pageQuery.properties

const auditQuery = {
  ...pageQuery,
  properties: {
    after: { type: after.type, pattern: after.pattern, title: after.title },
    before: {
      type: 'string',
      pattern: '^(end|[1-9][0-9]{0,14})$',
      title: 'a whole number from 1 on, or "end" for the newest',
    },
    limit,
  },
}

/** What happened, in order, and the proof that nothing of it was changed. */
export function addAuditRoutes(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: AuditQuery }>(
    '/audit',
    { schema: { querystring: auditQuery } },
    ({ query: { after, before, limit } }) => {
      const most = Number(limit)
      if (before === undefined) return readable(view.readAudit(Number(after ?? 0), most))
      if (after === undefined) {
        return readable(view.readAuditBefore(before === 'end' ? null : Number(before), most))
      }
      throw new AdminError(
        'bad-request',
        `Cannot read the audit: before must be left out where after is given, received ${JSON.stringify(before)}`,
      )
    },
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
