import type { FastifyInstance } from 'fastify'
import type { ControlView } from './control-view.ts'

const schema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      days: {
        type: 'string',
        pattern: '^([1-9]|[1-8][0-9]|90)$',
        default: '7',
        title: 'a whole number from 1 to 90',
      },
    },
  },
}

/** Who still gets V1 where there is a V2. */
export function addResidualRoute(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: { readonly days: string } }>(
    '/v1-residual',
    { schema },
    ({ query: { days } }) => view.v1Residual(Number(days)),
  )
}
