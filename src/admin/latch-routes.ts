import type { FastifyInstance } from 'fastify'
import type { LatchRequest } from '../fleet/latch/latch-request.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'
import { type WhoAndNote, whoAndNote } from './who-and-note.ts'

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
    app.post<{ Params: { flag: string }; Body: WhoAndNote }>(
      `/latches/:flag/${name}`,
      { schema: whoAndNote },
      async ({ params: { flag }, body: { who, note = null } }) => {
        const answer = await view.change({ ...change, flag, who, note })
        if (!answer.done) throw new AdminError(answer.refusal, answer.text)
        return answer
      },
    )
  }
}
