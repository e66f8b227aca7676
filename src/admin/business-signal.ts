import { text } from './body-text.ts'

/** Numbers of the business about one variant: satisfaction, revenue, accuracy found later. */
export interface BusinessSignal {
  /** `name` of the `pushed` budget. */
  readonly name: string
  /** A route, or all routes of a flag; exactly one of both. */
  readonly route: string | null
  readonly flag: string | null
  readonly variant: 'v1' | 'v2'
  /** Either numbers, which the budget finds good or bad, or what was found already. */
  readonly found:
    | { readonly values: readonly number[] }
    | { readonly good: number; readonly bad: number }
}

export type SignalAnswer =
  /** How many budgets it was fed to. */
  | { readonly taken: true; readonly budgets: number }
  | { readonly taken: false; readonly refusal: SignalRefusal; readonly text: string }

export type SignalRefusal = 'unknown-route' | 'unknown-flag' | 'unknown-name' // no `pushed` budget there has this name

/** The body of POST /signals as written. */
export interface SignalBody {
  readonly name: string
  readonly route?: string
  readonly flag?: string
  readonly variant: 'v1' | 'v2'
  readonly values?: readonly number[]
  readonly good?: number
  readonly bad?: number
}

const count = {
  type: 'integer',
  minimum: 0,
  maximum: 1_000_000,
  title: 'an integer from 0 to 1000000',
}

export const signalSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'variant'],
  properties: {
    name: text({ most: 128, least: 1 }),
    route: text({ most: 256, least: 1 }),
    flag: text({ most: 256, least: 1 }),
    variant: { enum: ['v1', 'v2'], title: '"v1" or "v2"' },
    values: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      title: 'a list of 1 to 1000 numbers',
      items: { type: 'number', title: 'a finite number' },
    },
    good: count,
    bad: count,
  },
} as const

export type ReadSignal =
  | { readonly ok: true; readonly signal: BusinessSignal }
  | { readonly ok: false; readonly text: string }

/** What a schema cannot say well: which fields go together. */
export function readSignal(body: SignalBody): ReadSignal {
  const { name, route = null, flag = null, variant, values, good, bad } = body
  if ((route === null) === (flag === null)) {
    return wrong('exactly one of route and flag', route === null ? 'neither' : 'both')
  }
  const counted = good !== undefined || bad !== undefined
  if ((values !== undefined) === counted) {
    return wrong('either values, or good and bad', counted ? 'both' : 'neither')
  }
  const found = values === undefined ? { good: good ?? 0, bad: bad ?? 0 } : { values }
  return { ok: true, signal: { name, route, flag, variant, found } }
}

function wrong(rule: string, received: string): ReadSignal {
  return {
    ok: false,
    text: `Cannot read the request: body must have ${rule}, received ${received}`,
  }
}
