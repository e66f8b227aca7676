import { Described, type FoundDifference } from '../compare/found.ts'
import type { Place } from '../compare/place.ts'
import type { Sample } from '../difference.ts'
import type { Pair } from '../pair.ts'
import { isSensitiveName } from './sensitive-name.ts'
import { shown } from './shown.ts'
import { shownEndpoint } from './shown-endpoint.ts'

/**
 * What may be kept of a difference. The pair's bodies and headers are in it only as far as they are harmless.
 * @param matchPath The path prefix of the route.
 */
export function sampleOf(
  found: FoundDifference,
  { method, path, requestId, seenAt }: Pick<Pair, 'method' | 'path' | 'requestId' | 'seenAt'>,
  matchPath: string,
): Sample {
  const { part, at, kind, v1, v2, place } = found
  const isSensitive =
    (part === 'header' && isSensitiveName(at)) || (place !== null && isSensitivePlace(place))
  return {
    part,
    at,
    kind,
    v1: v1 instanceof Described ? v1.text : shown(v1, isSensitive),
    v2: v2 instanceof Described ? v2.text : shown(v2, isSensitive),
    endpoint: shownEndpoint(method, path, matchPath),
    requestId,
    seenAt,
  }
}

/** Whether a rule masks the place or one above it, or a key on the way there speaks of secrets or people. */
function isSensitivePlace(place: Place): boolean {
  for (let here: Place | null = place; here !== null; here = here.parent) {
    if (here.rules.some(node => node.masked)) return true
    if (here.key !== null && isSensitiveName(here.key)) return true
  }
  return false
}
