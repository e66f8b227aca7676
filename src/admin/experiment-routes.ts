import type { FastifyInstance } from 'fastify'
import type { PushedValue } from '../experiment/experiments-view.ts'
import { text } from './body-text.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'
import type { Callers } from './require-role.ts'
import { type WhoAndNote, whoAndNote } from './who-and-note.ts'

interface Values {
  readonly values: readonly PushedValue[]
}

const valuesSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['values'],
    properties: {
      values: {
        type: 'array',
        minItems: 1,
        maxItems: 1000,
        title: 'a list of 1 to 1000 values, each with user and value',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['user', 'value'],
          properties: {
            user: text({ least: 1, most: 512 }),
            value: {
              type: 'number',
              minimum: -1e12,
              maximum: 1e12,
              title: 'a number from -1e12 to 1e12',
            },
          },
        },
      },
    },
  },
}

type Named = { Params: { name: string } }

/** Where experiments stand, values of their users, and a new beginning. */
export function addExperimentRoutes(
  app: FastifyInstance,
  view: ControlView,
  callers: Callers,
): void {
  app.get('/experiments', () => view.experiments())

  app.get<Named>('/experiments/:name', ({ params: { name } }) => {
    const found = view.experiments().find(each => each.name === name)
    if (found !== undefined) return found
    throw new AdminError(
      'no-experiment',
      `Cannot tell of the experiment: name must be that of an experiment, received ${JSON.stringify(name)}`,
    )
  })

  app.post<Named & { Body: Values }>(
    '/experiments/:name/values',
    { schema: valuesSchema },
    async ({ params: { name }, body: { values } }) => {
      const answer = await view.pushValues(name, values)
      if (!answer.taken) throw new AdminError(answer.refusal, answer.text)
      return answer
    },
  )

  app.post<Named & { Body: WhoAndNote }>(
    '/experiments/:name/restart',
    { schema: whoAndNote },
    async request => {
      const { note = null } = request.body
      const who = callers.get(request)?.name ?? request.body.who
      const answer = await view.restartExperiment(request.params.name, who, note)
      if (!answer.done) throw new AdminError(answer.refusal, answer.text)
      return answer
    },
  )
}
