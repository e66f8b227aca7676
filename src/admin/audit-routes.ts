import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'

/** Records that one answer may hold. */
const mostRecords = 1000

const schema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      after: {
        type: 'string',
        pattern: '^(0|[1-9][0-9]{0,14})$',
        default: '0',
        title: 'a whole number',
      },
      limit: {
        type: 'string',
        pattern: '^([1-9][0-9]{0,2}|1000)$',
        default: '100',
        title: `a whole number from 1 to ${mostRecords}`,
      },
    },
  },
}

/** What happened, in order, and the proof that nothing of it was changed. */
export function addAuditRoutes(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: { after: string; limit: string } }>(
    '/audit',
    { schema },
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
