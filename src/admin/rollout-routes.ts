import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'
import type { Callers } from './require-role.ts'
import { type WhoAndNote, whoAndNote } from './who-and-note.ts'

/** Where rollouts stand, and what a person can say to one. */
export function addRolloutRoutes(app: FastifyInstance, view: ControlView, callers: Callers): void {
  app.get('/rollouts', () => view.rollouts())

  app.get<{ Params: { flag: string } }>('/rollouts/:flag', ({ params: { flag } }) => {
    const found = view.rollouts().find(each => each.flag === flag)
    if (found !== undefined) return found
    throw new AdminError(
      'no-rollout',
      `Cannot tell of the rollout: flag must be one whose policy has a rollout, received ${JSON.stringify(flag)}`,
    )
  })

  for (const action of ['promote', 'pause', 'continue'] as const) {
    app.post<{ Params: { flag: string }; Body: WhoAndNote }>(
      `/rollouts/:flag/${action}`,
      { schema: whoAndNote },
      async request => {
        const { flag } = request.params
        const { note = null } = request.body
        // Two persons are two that were proven, whatever one of them says to be called.
        const who = callers.get(request)?.name ?? request.body.who
        const answer = await view.sayToRollout({ flag, action, who, why: note })
        if (!answer.done) throw new AdminError(answer.refusal, answer.text)
        return answer
      },
    )
  }
}
