import type { FastifyInstance } from 'fastify'
import type {
  ExplainQuestion,
  QuestionRefused,
  SimulateQuestion,
} from '../cohort/caller-question.ts'
import { text } from './body-text.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'

/** Callers of one question: a worker answers it between its requests. */
const mostCallers = 500
/** Characters of whatever tells one caller from another. */
const longestId = 1024
const mostProperties = 32

const name = text({ least: 1, most: 256 })
const id = text({ least: 1, most: longestId })

const caller = {
  user: id,
  session: id,
  address: id,
  properties: {
    type: 'object',
    maxProperties: mostProperties,
    additionalProperties: id,
    default: {},
    title: `an object of at most ${mostProperties} properties`,
  },
}

const explainSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['route'],
    properties: { route: name, ...caller },
  },
}

const simulateSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['percent', 'callers'],
    properties: {
      flag: name,
      route: name,
      percent: { type: 'number', minimum: 0, maximum: 100, title: 'a number from 0 to 100' },
      strategy: { type: 'integer', minimum: 1, maximum: 999, title: 'a whole number from 1' },
      callers: {
        type: 'array',
        minItems: 1,
        maxItems: mostCallers,
        title: `a list of 1 to ${mostCallers} callers`,
        items: {
          type: 'object',
          additionalProperties: false,
          properties: caller,
          title: 'an object with user, session, address, properties',
        },
      },
    },
  },
}

/**
 * Who gets which variant, and who would at another percentage. Asked by POST, though nothing changes:
 * what tells callers apart must not stand in addresses, which are logged and remembered.
 */
export function addQuestionRoutes(app: FastifyInstance, view: ControlView): void {
  app.post<{ Body: ExplainQuestion }>('/explain', { schema: explainSchema }, async ({ body }) => {
    const answer = answered(await view.explain(body))
    return answer.explanation
  })
  app.post<{ Body: SimulateQuestion }>(
    '/simulate',
    { schema: simulateSchema },
    async ({ body }) => {
      const answer = answered(await view.simulate(body))
      return answer.simulation
    },
  )
}

function answered<Answer extends { readonly ok: true }>(
  answer: Answer | QuestionRefused | null,
): Answer {
  if (answer === null) {
    throw new AdminError('no-worker', 'Cannot answer: a worker must serve clients, received none')
  }
  if (!answer.ok) {
    const reason = answer.refusal === 'bad-question' ? 'bad-request' : answer.refusal
    throw new AdminError(reason, `Cannot answer: ${answer.text}`)
  }
  return answer
}
