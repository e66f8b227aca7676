import type { Claims } from '../identity/claims.ts'
import type { IdentityFault } from '../identity/identify.ts'
import type { Decision, DecisionResult } from './decision.ts'
import type { KeptFacts } from './kept-facts.ts'

/** What is the same for all decisions of a configuration. */
export interface NotedConfig extends KeptFacts {
  readonly version: string
}

/** A decision as the ring holds it: flat, since one is made for every request and read by hardly anybody. */
export interface Note {
  readonly number: number
  readonly at: number
  readonly skipped: number
  readonly config: NotedConfig
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly path: string
  readonly address: string
  readonly upgrade: boolean
  readonly hasBody: boolean
  /** Flat name/value pairs of those that are kept; digests where that is how they are kept. */
  readonly headers: readonly string[]
  readonly session: string | null
  readonly seen: boolean
  /** Digest of what the route's policy asks for as proof; null where it was not asked. */
  readonly rule: string | null
  readonly claims: Claims | null
  readonly fault: IdentityFault | null
  readonly flag: string | null
  readonly tripped: boolean
  readonly drill: boolean
  readonly result: DecisionResult
}

/** The decision that a note stands for. */
export function decisionOf(note: Note, worker: number): Decision {
  const { number, at, skipped, config, method, scheme, host, path, address, upgrade, hasBody } =
    note
  const { session, seen, flag, tripped, drill, result } = note
  return {
    number,
    at,
    skipped,
    worker,
    config: config.version,
    request: {
      ...{ method, scheme, host, path, address, upgrade, hasBody },
      ...headersOf(note),
      ...{ session, seen },
    },
    proof: proofOf(note),
    latch: { flag, tripped, drill },
    result,
  }
}

function headersOf({ headers, config }: Note) {
  const values: Record<string, string[]> = {}
  const digests: Record<string, string[]> = {}
  for (const [name, use] of config.headers) {
    const came = headers.filter((_, at) => at % 2 === 1 && headers[at - 1] === name)
    if (use === 'value') values[name] = came
    else digests[name] = came
  }
  return { headers: values, digests }
}

function proofOf({ rule, claims, fault }: Note): Decision['proof'] {
  if (rule === null) return { kind: 'unasked' }
  if (claims !== null) return { kind: 'proven', rule, claims }
  return fault === null ? { kind: 'unasked' } : { kind: 'refused', rule, why: fault }
}
