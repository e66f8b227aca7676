import { momentOf } from '../config/admin-rule.ts'
import type { DifferenceKind } from '../shadow/difference.ts'
import { durationMs } from './demo/duration.ts'
import { type Place, readPlace } from './diff/place.ts'

/** What was typed is not what it has to be; the message says what that is. */
export class ArgumentFault extends Error {
  override readonly name = 'ArgumentFault'
}

export function adminAddress(text: string): string {
  if (/^https?:\/\/[^/@?#]+\/?$/.test(text) && URL.canParse(text)) return text
  throw new ArgumentFault(`It must be like http://127.0.0.1:9900, or https, received "${text}".`)
}

export function webAddress(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text
  throw new ArgumentFault(`It must be an address for GET, received "${text}".`)
}

export function header(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+): *([\t\x20-\x7e]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new ArgumentFault(`It must be "name: value", received "${text}".`)
  }
  return { ...before, [name]: value }
}

export function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new ArgumentFault(`It must be name=value, received "${text}".`)
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

export function time(text: string): number {
  const milliseconds = durationMs(text)
  if (milliseconds !== null) return milliseconds
  throw new ArgumentFault(`It must be a time such as 100ms, 20s or 2m, received "${text}".`)
}

/** A moment as seconds since the epoch: that number itself, or a date with its time zone. */
export function seconds(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const milliseconds = isMoment ? Date.parse(text) : Number.NaN
  if (milliseconds >= 0) return milliseconds / 1000
  throw new ArgumentFault(
    `It must be seconds since the epoch or a moment such as 2026-11-21T12:00:00Z, received "${text}".`,
  )
}

/** A whole number from `least` to `most`. */
export function number(most: number, least = 0): (text: string) => number {
  return text => {
    if (/^\d{1,9}$/.test(text) && Number(text) <= most && Number(text) >= least) return Number(text)
    const range = least === 0 ? `up to ${most}` : `from ${least} to ${most}`
    throw new ArgumentFault(`It must be a whole number ${range}, received "${text}".`)
  }
}

/** Where two answers differ. */
export function place(text: string): Place {
  const found = readPlace(text)
  if (found !== null) return found
  throw new ArgumentFault(
    `It must be status, header:<name>, body, or a JSON pointer such as /price, received "${text}".`,
  )
}

const kinds: readonly DifferenceKind[] = ['missing', 'extra', 'type', 'value', 'order', 'size']

/** How two answers differ there. */
export function kind(text: string): DifferenceKind {
  const found = kinds.find(each => each === text)
  if (found !== undefined) return found
  throw new ArgumentFault(`It must be one of ${kinds.join(', ')}, received "${text}".`)
}

/** Whose token it is, as `admin.tokens` takes it. */
export function tokenName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(text)) return text
  throw new ArgumentFault(
    `It must be at most 64 letters, digits and . _ @ -, the first of them a letter or digit, received "${text}".`,
  )
}

/** A day or moment as `until` of `admin.tokens` takes it. */
export function moment(text: string): string {
  if (momentOf(text) !== null) return text
  throw new ArgumentFault(
    `It must be a day such as 2027-01-31, or a moment such as 2027-01-31T18:00:00Z, received "${text}".`,
  )
}
