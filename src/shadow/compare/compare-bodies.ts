import type { NotCompared } from '../difference.ts'
import type { CapturedAnswer } from '../pair.ts'
import { compareValues } from './compare-values.ts'
import { Described, type Found } from './found.ts'
import { joinedHeader } from './joined-header.ts'
import { rootPlace } from './place.ts'
import type { Plan } from './plan.ts'
import { type ReadBody, readBody } from './read-body.ts'
import { createWalk, TooMuchWork } from './walk.ts'

/** Adds what differs to `found`; the reason where the bodies cannot be compared, null where they were. */
export function compareBodies(
  v1: CapturedAnswer,
  v2: CapturedAnswer,
  plan: Plan,
  found: Found,
): NotCompared | null {
  if (v1.body === null || v2.body === null) return v1.lost ?? v2.lost ?? 'no-answer'
  const first = readBody(v1.body, v1.headers, plan.rule)
  // The same bytes are read all the same: two bombs, or two texts that nobody can read, are not equal.
  if (readAlike(v1, v2) && v1.body.equals(v2.body)) return reasonOf(first)
  return compareRead(first, readBody(v2.body, v2.headers, plan.rule), plan, found)
}

function readAlike(v1: CapturedAnswer, v2: CapturedAnswer): boolean {
  return ['content-type', 'content-encoding'].every(
    name => joinedHeader(v1.headers, name) === joinedHeader(v2.headers, name),
  )
}

function reasonOf(body: ReadBody): NotCompared | null {
  return body.kind === 'not-compared' ? body.reason : null
}

function compareRead(v1: ReadBody, v2: ReadBody, plan: Plan, found: Found): NotCompared | null {
  const root = rootPlace(plan.rules)
  const add = (kind: 'missing' | 'extra' | 'type' | 'size' | 'value') =>
    found.addInBody(root, kind, described(v1), described(v2))

  const reason = reasonOf(v1) ?? reasonOf(v2)
  if (reason !== null) {
    // One of them is JSON, and the other only says so: that is a difference.
    if (![v1, v2].some(isBrokenJson) || ![v1, v2].some(body => body.kind === 'json')) return reason
    add('type')
  } else if (v1.kind === 'empty' || v2.kind === 'empty') {
    if (v1.kind !== v2.kind) add(v2.kind === 'empty' ? 'missing' : 'extra')
  } else if (v1.kind === 'json' && v2.kind === 'json') {
    return compareJson(v1.value(), v2.value(), plan, found)
  } else if (v1.kind === 'json' || v2.kind === 'json') {
    add('type')
  } else if (v1.kind !== 'not-compared' && v2.kind !== 'not-compared') {
    const [first, second] = contentsOf(v1, v2)
    if (first.length !== second.length) add('size')
    else if (!first.equals(second)) add('value')
  }
  return null
}

function compareJson(v1: unknown, v2: unknown, plan: Plan, found: Found): NotCompared | null {
  try {
    compareValues(v1, v2, rootPlace(plan.rules), createWalk(plan.rule.tolerance, found))
    return null
  } catch (error) {
    if (error instanceof TooMuchWork) return 'too-deep'
    throw error
  }
}

function isBrokenJson(body: ReadBody): boolean {
  return body.kind === 'not-compared' && body.reason === 'invalid-json'
}

type Contents = Extract<ReadBody, { kind: 'text' | 'bytes' }>

/** Bytes as they are; the same text in two encodings is the same text. */
function contentsOf(v1: Contents, v2: Contents): [Buffer, Buffer] {
  const inTwoEncodings = v1.kind === 'text' && v2.kind === 'text' && v1.charset !== v2.charset
  return inTwoEncodings ? [Buffer.from(v1.text), Buffer.from(v2.text)] : [v1.bytes, v2.bytes]
}

/** What is said of a body as a whole; JSON is shown by its shape. */
function described(body: ReadBody): unknown {
  switch (body.kind) {
    case 'empty':
      return undefined
    case 'json':
      return body.value()
    case 'not-compared':
      return new Described('no valid JSON')
    default:
      return new Described(`${body.bytes.length} bytes`)
  }
}
