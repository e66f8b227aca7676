import type { FastifyInstance } from 'fastify'
import type { GateSignal } from '../rollout/gate.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'

const schema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { signal: { enum: ['mismatch'], title: '"mismatch"' } },
  },
}

interface Asked {
  readonly signal?: GateSignal
}

/** Whether V2 of a flag may go on, and what holds it. */
export function addGateRoutes(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: Asked }>('/gates', { schema }, ({ query: { signal = null } }) =>
    view.gates(signal),
  )

  app.get<{ Params: { flag: string }; Querystring: Asked }>(
    '/gates/:flag',
    { schema },
    ({ params: { flag }, query: { signal = null } }) => {
      const gate = view.gates(signal).find(each => each.flag === flag)
      if (gate !== undefined) return gate
      throw new AdminError(
        'unknown-flag',
        `Cannot tell of the gate: flag must be one that a route names, received ${JSON.stringify(flag)}`,
      )
    },
  )
}
