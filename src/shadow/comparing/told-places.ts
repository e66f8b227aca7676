import { toldElsewhere } from '../findings/place.ts'
import { differencesIn, signatureText } from './signature-text.ts'

/** Places of one route that are told apart in one report. */
const maxPlaces = 1024

/**
 * The places that one report of a route tells apart; all others are told as one. They are the same for all
 * of its sums: a place that V2's answers are counted at, and V1's own are not, would pass for a real one.
 */
export function createToldPlaces() {
  let told = new Set<string>()
  return {
    /** What a place is told by, both as a line of a signature's text. */
    nameOf(place: string): string {
      if (told.has(place)) return place
      if (told.size === maxPlaces) return elsewhere(place)
      told.add(place)
      return place
    },
    /** Begins another report. */
    clear(): void {
      told = new Set()
    },
  }
}

function elsewhere(place: string): string {
  return signatureText(differencesIn(place).map(toldElsewhere))
}

export type ToldPlaces = ReturnType<typeof createToldPlaces>
