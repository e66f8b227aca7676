import type { Revocation, RevocationKind } from '../../identity/revocation.ts'

/** What is wrong with what somebody wrote: "<field> must be <rule>, received <received>". */
export interface RevocationFault {
  /** Of the closed list below, or the name of a field that there is not. */
  readonly field: string
  readonly rule: string
  readonly received: string
}

export type ReadRevocation =
  | { readonly ok: true; readonly revocation: Revocation }
  | { readonly ok: false; readonly fault: RevocationFault }

export interface RevocationFacts {
  /** Wall-clock milliseconds at which it was written. */
  readonly writtenAt: number
  /** Wall-clock milliseconds. */
  readonly now: number
  /** `revocation.maxTokenLifetimeSeconds` of the configuration. */
  readonly maxTokenLifetimeSeconds: number
}

/** Seconds that a `before` may lie ahead: clocks differ, but a revocation is about what was issued. */
export const mostAheadSeconds = 300

/** Days that an `until` may lie ahead: what never ends would fill every gateway in the long run. */
export const mostDays = 366

/** Characters of a value, and of an issuer. */
const longestValue = 512

const kinds = ['jti', 'sub', 'sid'] as const satisfies readonly RevocationKind[]

/** `who` and `why` are for whoever reads the log. */
const names = new Set<string>([...kinds, 'iss', 'before', 'until', 'who', 'why'])

const plainText = /^[^\p{Cc}\u2028\u2029]+$/u
const wholeSeconds = /^(0|[1-9]\d{0,11})$/

/**
 * Reads a revocation as flat name/value pairs: exactly one of `jti`, `sub` and `sid`; `iss` for the
 * tokens of one issuer; `before` with `sub` (default: the second in which it was written, to its end);
 * `until` with the others (default: the longest life of a token from then on). Times in seconds since
 * the epoch. Nothing is repaired: a guess could leave a stolen token alive.
 */
export function readRevocation(
  fields: readonly string[],
  { writtenAt, now, maxTokenLifetimeSeconds }: RevocationFacts,
): ReadRevocation {
  const given = new Map<string, string>()
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string
    if (!names.has(name)) return wrong(shown(name), 'left out, it is no field', 'it')
    if (given.has(name)) return wrong(name, 'given once', 'it again')
    given.set(name, fields[at + 1] as string)
  }
  const [kind, ...others] = kinds.filter(each => given.has(each))
  if (kind === undefined || others.length > 0) {
    const received = kind === undefined ? 'none of them' : [kind, ...others].join(' and ')
    return wrong('one of jti, sub and sid', 'given, and one only', received)
  }
  for (const name of [kind, 'iss']) {
    const text = given.get(name)
    if (text !== undefined && (text.length > longestValue || !plainText.test(text))) {
      const rule = `1 to ${longestValue} characters on one line`
      return wrong(name, rule, `${text.length} characters`)
    }
  }
  for (const name of ['before', 'until']) {
    const text = given.get(name)
    if (text === undefined) continue
    const misplaced = (name === 'before') !== (kind === 'sub')
    if (misplaced) return wrong(name, `left out with ${kind}`, shown(text))
    if (!wholeSeconds.test(text)) {
      return wrong(name, 'whole seconds since the epoch', shown(text))
    }
  }

  const nowSeconds = now / 1000
  const subject = { kind, value: given.get(kind) as string, issuer: given.get('iss') ?? null }
  if (kind === 'sub') {
    // A token says the second in which it was issued. In the last one there is no telling which came
    // first, and a caller who has to log in once more is the lesser evil.
    const before = Number(given.get('before') ?? Math.ceil(writtenAt / 1000))
    if (before > nowSeconds + mostAheadSeconds) {
      return wrong('before', `at most ${mostAheadSeconds} s ahead`, String(before))
    }
    const until = before + maxTokenLifetimeSeconds
    return { ok: true, revocation: { ...subject, before, until } }
  }
  const until = Number(given.get('until') ?? Math.ceil(writtenAt / 1000) + maxTokenLifetimeSeconds)
  if (until > nowSeconds + mostDays * 86_400) {
    return wrong('until', `at most ${mostDays} days ahead`, String(until))
  }
  return { ok: true, revocation: { ...subject, before: null, until } }
}

/** As it is written down, complete: whoever reads it later comes to the same. */
export function fieldsOf({ kind, value, issuer, before, until }: Revocation): string[] {
  const iss = issuer === null ? [] : ['iss', issuer]
  const time = before === null ? ['until', String(until)] : ['before', String(before)]
  return [kind, value, ...iss, ...time]
}

/** A fault as a sentence. */
export function faultInWords({ field, rule, received }: RevocationFault): string {
  return `Cannot revoke: ${field} must be ${rule}, received ${received}`
}

function wrong(field: string, rule: string, received: string): ReadRevocation {
  return { ok: false, fault: { field, rule, received } }
}

/** Whoever wrote it may have mixed fields up: no more of it than shows that. */
function shown(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text)
}
