import { beyondInFlight, postedTwice, usersOf } from '../failover/replies.ts'
import { endingsOf, failedSince, recoveryMs, type Sighting, since } from './sighting.ts'

/** What clients may notice of a fault. */
export interface Rule {
  /** In a sentence without its full stop. */
  readonly words: string
  /** What was worse than that; null for nothing. */
  readonly worse: (sighting: Sighting) => string | null
}

export const nothingFails: Rule = {
  words: 'no request fails',
  worse: sighting => counted(failedSince(sighting).length, 'failed'),
}

export const getsDoNotFail: Rule = {
  words: 'no GET fails: V1 answers those that V2 does not',
  worse: sighting =>
    counted(failedSince(sighting).filter(({ method }) => method === 'GET').length, 'GETs failed'),
}

export const postsArriveOnce: Rule = {
  words: 'no POST is executed twice',
  worse: ({ arrivals }) => counted(postedTwice(arrivals), 'POSTs were executed twice'),
}

export const switchesBack: Rule = {
  words: 'V2 is switched back',
  worse: sighting => (sighting.switchesBack === 0 ? 'V2 was not switched back' : null),
}

export const staysOnV2: Rule = {
  words: 'V2 is not switched back',
  worse: sighting => (sighting.switchesBack > 0 ? 'V2 was switched back' : null),
}

export const onlyInFlightFails: Rule = {
  words: 'only what was in flight fails',
  worse: ({ replies, faultAt }) =>
    counted(beyondInFlight(replies, faultAt), 'failed that were not in flight'),
}

export const onlyRefusedFails: Rule = {
  words: 'no request that was taken fails; who comes while nobody listens is refused',
  worse: sighting =>
    counted(
      failedSince(sighting).filter(({ error }) => error !== 'ECONNREFUSED').length,
      'failed otherwise than refused',
    ),
}

export const v2CallersDoNotFail: Rule = {
  words: "no request of V2's callers fails",
  worse(sighting) {
    const onV2 = usersOf(sighting.replies, 'v2', sighting.faultAt)
    const failed = failedSince(sighting).filter(({ user }) => onV2.has(user))
    return counted(failed.length, "of V2's callers failed")
  },
}

export const nothingLooksWhole: Rule = {
  words: 'a cut answer is seen as cut, never as a short one that is whole',
  worse(sighting) {
    const before = sighting.replies.filter(({ endedAt }) => endedAt < sighting.faultAt)
    const whole = new Set(before.map(({ bytes }) => bytes))
    const short = since(sighting).filter(
      ({ status, error, bytes }) => status === 200 && error === null && !whole.has(bytes),
    )
    return counted(short.length, 'short answers looked whole')
  },
}

export const onlyCutOrPosts: Rule = {
  words: 'an answer that had begun is broken off for its client',
  worse: sighting =>
    counted(
      failedSince(sighting).filter(({ error, method }) => error !== 'cut' && method === 'GET')
        .length,
      'GETs failed otherwise than cut',
    ),
}

export const webSocketsAreTold: Rule = {
  words: 'WebSockets are closed with 1001, and the gateway is gone within its drain limit',
  worse: ({ noted }) => (noted.length === 0 ? null : noted.join(', ')),
}

/** Of every fault. */
const recovers: Rule = {
  words: 'it is over in the end',
  worse: sighting => (recoveryMs(sighting) === null ? 'requests failed to the end' : null),
}

const isAsked: Rule = {
  words: 'somebody asks',
  worse: sighting => (endingsOf(sighting).length === 0 ? 'nobody asked' : null),
}

/** What was worse than allowed; empty for nothing. */
export function worseThan(rules: readonly Rule[], sighting: Sighting): string[] {
  return [isAsked, ...rules, recovers].flatMap(({ worse }) => worse(sighting) ?? [])
}

function counted(number: number, what: string): string | null {
  return number === 0 ? null : `${number} ${what}`
}
