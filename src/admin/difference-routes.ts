import type { FastifyInstance } from 'fastify'
import type { Difference, DifferenceKind } from '../shadow/difference.ts'
import type { DifferenceAnswer, Finding, RouteDifferences } from '../shadow/finding.ts'
import { text } from './body-text.ts'
import type { ControlView } from './control-view.ts'
import { AdminError } from './refusal.ts'

const parts = { status: true, header: true, body: true } satisfies Record<Difference['part'], true>
const kinds = {
  missing: true,
  extra: true,
  type: true,
  value: true,
  order: true,
  size: true,
} satisfies Record<DifferenceKind, true>

/** Characters of a place within an answer. */
const longestPlace = 4096

const person = { who: text({ least: 1, most: 128 }), why: text({ least: 1, most: 1000 }) }

const changeSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['part', 'at', 'kind', 'who', 'why'],
    properties: {
      part: oneOf(parts),
      // As it was told, whatever stands in it: V2 chose the name.
      at: {
        type: 'string',
        maxLength: longestPlace,
        title: `a header's name, or a JSON pointer, of at most ${longestPlace} characters`,
      },
      kind: oneOf(kinds),
      ...person,
    },
  },
}

const forgetSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['who', 'why'],
    properties: person,
  },
}

const readSchema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      route: { type: 'string', title: 'the name of a route' },
      all: { enum: ['true', 'false'], title: '"true" or "false"' },
    },
  },
}

interface Person {
  readonly who: string
  readonly why: string
}

interface Asked {
  readonly route?: string
  readonly all?: 'true' | 'false'
}

const changes = { acknowledge: 'acknowledged', 'count-again': 'counted' } as const

/** In what V2 differs from V1, and what a person says about it. */
export function addDifferenceRoutes(app: FastifyInstance, view: ControlView): void {
  function shown(route: string | undefined, all: Asked['all']): readonly RouteDifferences[] {
    const found = view.differences().filter(each => route === undefined || each.route === route)
    if (route !== undefined && found.length === 0) {
      throw new AdminError(
        'unknown-route',
        `Cannot tell of differences: route must be one that is shadowed, received ${JSON.stringify(route)}`,
      )
    }
    if (all === 'true') return found
    return found.map(each => ({ ...each, findings: each.findings.filter(mayMatter) }))
  }

  app.get<{ Querystring: Asked }>(
    '/differences',
    { schema: readSchema },
    ({ query: { route, all } }) => shown(route, all),
  )
  app.get<{ Params: { route: string }; Querystring: Pick<Asked, 'all'> }>(
    '/differences/:route',
    { schema: readSchema },
    ({ params: { route }, query: { all } }) => shown(route, all)[0],
  )

  for (const [name, to] of Object.entries(changes)) {
    app.post<{ Params: { route: string }; Body: Difference & Person }>(
      `/differences/:route/${name}`,
      { schema: changeSchema },
      async ({ params: { route }, body }) => done(await view.acknowledge({ ...body, route, to })),
    )
  }
  app.post<{ Params: { route: string }; Body: Person }>(
    '/differences/:route/forget',
    { schema: forgetSchema },
    async ({ params: { route }, body }) => done(await view.forget({ ...body, route })),
  )
}

/** Noise and what was acknowledged is only shown to who asks for all. */
function mayMatter({ verdict, acknowledged }: Finding): boolean {
  return verdict !== 'noise' && acknowledged === null
}

function done(answer: DifferenceAnswer): DifferenceAnswer {
  if (!answer.done) throw new AdminError(answer.refusal, answer.text)
  return answer
}

function oneOf(words: Readonly<Record<string, true>>) {
  const names = Object.keys(words)
  return { enum: names, title: `one of ${names.join(', ')}` }
}
