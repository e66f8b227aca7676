import type { FastifyInstance } from 'fastify'
import { text } from './body-text.ts'
import type { ControlView } from './control-view.ts'
import { type PageQuery, pageQuery } from './page-query.ts'
import { AdminError } from './refusal.ts'

const value = text({ least: 1, most: 512 })

const seconds = {
  type: 'integer',
  minimum: 0,
  maximum: 999_999_999_999,
  title: 'whole seconds since the epoch',
}

/** What each of them means, and which go together, is the reader's to say: stores are written to as well. */
const body = {
  type: 'object',
  additionalProperties: false,
  required: ['who', 'why'],
  properties: {
    jti: value,
    sub: value,
    sid: value,
    iss: value,
    before: seconds,
    until: seconds,
    who: text({ least: 1, most: 128 }),
    why: text({ least: 1, most: 1000 }),
  },
}

interface RevocationBody extends Readonly<Record<string, string | number>> {
  readonly who: string
  readonly why: string
}

/** What is revoked, and revoking. */
export function addRevocationRoutes(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: PageQuery }>(
    '/revocations',
    { schema: { querystring: pageQuery } },
    ({ query: { after, limit } }) => view.revocations(Number(after), Number(limit)),
  )

  app.post<{ Body: RevocationBody }>(
    '/revocations',
    { schema: { body } },
    async ({ body: { who, why, ...named } }) => {
      const fields = Object.entries(named).flatMap(([name, given]) => [name, String(given)])
      const answer = await view.revoke({ fields, who, why })
      if (!answer.done) throw new AdminError(answer.refusal, answer.text)
      return answer
    },
  )
}
