import { elsewhere } from './place.ts'
import { addTogether, none, plus, type Stretch, type Times, type Together } from './stretch.ts'

/** Places of a route that are told apart; one more, and the rarest quarter is told as one. */
export const mostPlaces = 300

/** Sets of places that pairs differed in together; one more, and the rarest quarter is told by one place each. */
export const mostTogether = 600

/** Places of one pair that are kept together; the others are still counted one by one. */
const mostPlacesTogether = 16

/** The places to tell as one from now on; none while there is room. */
export function placesToFold(inAll: Stretch): ReadonlySet<string> {
  const known = [...inAll.seen].filter(([place]) => place !== elsewhere(place))
  if (known.length <= mostPlaces) return new Set()
  const pairs = ({ shadow, unrepeatable, noise }: Times) => shadow + unrepeatable + noise
  // Of those that are equally rare the newest stay: they have had no time yet.
  const rarestLast = known.reverse().sort(([, a], [, b]) => pairs(b) - pairs(a))
  return new Set(rarestLast.slice(Math.ceil(mostPlaces * 0.75)).map(([place]) => place))
}

/** The stretch with places told by another name, or left out for null. */
export function renamed(stretch: Stretch, nameOf: (place: string) => string | null): Stretch {
  const { compared } = stretch
  const seen = new Map<string, Times>()
  for (const [place, times] of stretch.seen) {
    const to = nameOf(place)
    // One pair may differ in several of them, and is one pair still.
    if (to !== null) seen.set(to, atMost(plus(seen.get(to) ?? none, times), compared))
  }
  const together = new Map<string, Together>()
  for (const { places, pairs } of stretch.together.values()) {
    const left = [...new Set(places.flatMap(place => nameOf(place) ?? []))]
    if (left.length > 0) addTogether(together, left.sort(), pairs)
  }
  return { ...stretch, seen, together }
}

/**
 * The stretch with no more sets of places than there is room for. A pair that is told by one place is told
 * by that in which V1 differs from itself least: where it is a mismatch, it stays one.
 */
export function withFewerTogether(stretch: Stretch): Stretch {
  const sets = [...stretch.together.values()]
  const tooMany = sets.length > mostTogether
  if (!tooMany && sets.every(({ places }) => places.length <= mostPlacesTogether)) return stretch
  const mostTelling = (a: string, b: string) => {
    const [x, y] = [stretch.seen.get(a) ?? none, stretch.seen.get(b) ?? none]
    return x.noise - y.noise || y.shadow + y.unrepeatable - x.shadow - x.unrepeatable
  }
  const together = new Map<string, Together>()
  sets.reverse().sort((a, b) => b.pairs - a.pairs)
  for (const [at, { places, pairs }] of sets.entries()) {
    const most = tooMany && at >= mostTogether * 0.75 ? 1 : mostPlacesTogether
    const kept = places.length <= most ? places : [...places].sort(mostTelling).slice(0, most)
    addTogether(together, [...kept].sort(), pairs)
  }
  return { ...stretch, together }
}

function atMost(times: Times, most: Times): Times {
  return {
    shadow: Math.min(times.shadow, most.shadow),
    unrepeatable: Math.min(times.unrepeatable, most.unrepeatable),
    noise: Math.min(times.noise, most.noise),
  }
}
