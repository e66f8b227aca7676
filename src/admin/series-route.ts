import type { FastifyInstance } from 'fastify'
import type { SeriesRequest } from '../history/series.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'

const schema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      route: { type: 'string', title: 'the name of a route' },
      flag: { type: 'string', title: 'the name of a flag: all routes that share it' },
      for: { type: 'string', default: '15m', title: 'how far back, up to 14d' },
      step: {
        type: 'string',
        title: '5s for up to 1h, 1m for up to 24h, 15m for up to 14d; left out: the finest',
      },
    },
  },
}

/** How the variants of a route did over time, for charts. */
export function addSeriesRoute(app: FastifyInstance, view: ControlView): void {
  app.get<{ Querystring: SeriesRequest }>('/series', { schema }, async ({ query }) => {
    const answer = await view.series(query)
    if (answer.found) return answer.series
    throw new AdminError(answer.refusal, answer.text)
  })
}
