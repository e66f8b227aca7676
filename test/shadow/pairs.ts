import type { ShadowRule } from '../../src/config/shadow-rule.ts'
import { shadowRule } from '../../src/config/shadow-rule.ts'
import { compareAnswers } from '../../src/shadow/compare/compare-answers.ts'
import { planOf } from '../../src/shadow/compare/plan.ts'
import type { Difference } from '../../src/shadow/difference.ts'
import type { CapturedAnswer, KeptBody, Pair } from '../../src/shadow/pair.ts'

const jsonType = ['content-type', 'application/json']

/** `shadow` of a policy that says nothing of it, but for the changes. */
export function rule(changes: Partial<ShadowRule> = {}): ShadowRule {
  return {
    ...shadowRule({
      share: '100%',
      methods: ['GET', 'HEAD'],
      maxInFlight: 64,
      maxBodyBytes: 65_536,
      maxBytesInFlight: 16_777_216,
      timeoutMs: 5000,
      credentials: 'none',
      dropHeaders: [],
      dropQuery: [],
      noise: '5%',
      headers: ['content-type'],
      tolerance: '0%',
      toleranceAt: {},
      ignore: [],
      unordered: [],
      maxDecodedBytes: 1_048_576,
      maxDepth: 64,
      maxLoad: '70%',
      maxCpu: '50%',
      mask: [],
      keepFor: '14d',
    }),
    ...changes,
  }
}

/** An answer with these bytes; a text is sent as UTF-8. */
export function answer(
  body: string | Buffer | null,
  headers: readonly string[] = jsonType,
  changes: Partial<CapturedAnswer> = {},
): CapturedAnswer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return { status: 200, headers, body: bytes, lost: null, headMs: 1, ...changes }
}

export function pairOf(a: CapturedAnswer, b: CapturedAnswer, changes: Partial<Pair> = {}): Pair {
  return {
    route: 'offers',
    basis: 'basis',
    kind: 'shadow',
    repeatable: true,
    method: 'GET',
    path: '/api/offers/17',
    requestId: 'request-1',
    seenAt: 1_700_000_000_000,
    a,
    b,
    ...changes,
  }
}

/** The same as it is kept, each body cut into pieces elsewhere. */
export function inPieces(pair: Pair): Pair<KeptBody> {
  return { ...pair, a: cut(pair.a, 3), b: cut(pair.b, 2) }
}

function cut(answer: CapturedAnswer, part: number): CapturedAnswer<KeptBody> {
  const { body } = answer
  if (body === null) return { ...answer, body }
  const at = Math.floor(body.length / part)
  return { ...answer, body: [body.subarray(0, at), body.subarray(at)] }
}

/** What comes of two answers, in words: `equal`, a reason, or each difference as `part at kind`. */
export function verdictOf(
  a: CapturedAnswer,
  b: CapturedAnswer,
  changes: Partial<ShadowRule> = {},
): string | readonly string[] {
  const { comparison } = compareAnswers(pairOf(a, b), planOf(rule(changes)))
  if (comparison.verdict === 'different') return comparison.differences.map(inWords)
  return comparison.verdict === 'equal' ? 'equal' : comparison.reason
}

/** The same for two JSON documents; the part is left out. */
export function between(
  v1: unknown,
  v2: unknown,
  changes: Partial<ShadowRule> = {},
): string | readonly string[] {
  const verdict = verdictOf(answer(JSON.stringify(v1)), answer(JSON.stringify(v2)), changes)
  return typeof verdict === 'string' ? verdict : verdict.map(each => each.replace(/^body /, ''))
}

export function inWords({ part, at, kind }: Difference): string {
  return [part, at, kind].filter(word => word !== '').join(' ')
}
