import type { FastifyInstance } from 'fastify'
import { readSignal, type SignalBody, signalSchema } from './business-signal.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'

/** Numbers of the business, and what is judged by them and by everything else. */
export function addSignalRoutes(app: FastifyInstance, view: ControlView): void {
  app.get('/verdicts', () => view.verdicts())

  app.post<{ Body: SignalBody }>('/signals', { schema: { body: signalSchema } }, ({ body }) => {
    const read = readSignal(body)
    if (!read.ok) throw new AdminError('bad-request', read.text)
    const answer = view.signal(read.signal)
    if (!answer.taken) throw new AdminError(answer.refusal, answer.text)
    return answer
  })
}
