import type { FastifyInstance } from 'fastify'
import type { LatchRequest } from '../fleet/latch/latch-request.ts'
import { text } from './body-text.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'

/** Who changes a latch and why, as written in the body. */
interface ChangeBody {
  readonly who: string
  readonly note?: string
}

const schema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['who'],
    properties: {
      who: text({ least: 1, most: 128 }),
      note: text({ most: 1000 }),
    },
  },
}

const changes = {
  rollback: { to: 'tripped', reason: 'operator' },
  resume: { to: 'open', reason: 'operator' },
  drill: { to: 'tripped', reason: 'drill' },
  'drill/end': { to: 'open', reason: 'drill' },
} as const satisfies Readonly<Record<string, Pick<LatchRequest, 'to' | 'reason'>>>

/** The latches, and the four things that a person can do to one. */
export function addLatchRoutes(app: FastifyInstance, view: ControlView): void {
  app.get('/latches', () => view.latches())

  for (const [name, change] of Object.entries(changes)) {
    app.post<{ Params: { flag: string }; Body: ChangeBody }>(
      `/latches/:flag/${name}`,
      { schema },
      async ({ params: { flag }, body: { who, note = null } }) => {
        const answer = await view.change({ ...change, flag, who, note })
        if (!answer.done) throw new AdminError(answer.refusal, answer.text)
        return answer
      },
    )
  }
}
