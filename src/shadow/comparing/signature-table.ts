import type { Difference } from '../difference.ts'
import type { PlaceCount, Signature } from '../report.ts'
import { differencesIn } from './signature-text.ts'
import type { ToldPlaces } from './told-places.ts'

/** Signatures of several places that are told apart in one report. */
const maxSignatures = 256

/**
 * Counts pairs by place, and by signature. Where there are too many signatures, a further pair is told by
 * that of its places alone which was seen the least: what is seen often has its own count. So each pair is
 * in one signature, always.
 */
export function createSignatureTable(told: Pick<ToldPlaces, 'nameOf'>) {
  let counts = new Map<string, number>()
  let pairsAt = new Map<string, number>()

  function keyFor(places: readonly string[]): string {
    const whole = places.join('\n')
    if (counts.has(whole) || counts.size < maxSignatures) return whole
    const times = (place: string) => pairsAt.get(place) as number
    return places.reduce((rarest, place) => (times(place) < times(rarest) ? place : rarest))
  }

  return {
    /** @param text See signature-text.ts. */
    add(text: string, pairs: number): void {
      const places = [...new Set(text.split('\n').map(told.nameOf))].sort()
      for (const place of places) pairsAt.set(place, (pairsAt.get(place) ?? 0) + pairs)
      const key = keyFor(places)
      counts.set(key, (counts.get(key) ?? 0) + pairs)
    },
    /** Those since the last call. */
    take(): { readonly signatures: readonly Signature[]; readonly places: readonly PlaceCount[] } {
      const signatures = [...counts].map(([text, pairs]) => ({
        differences: differencesIn(text),
        pairs,
      }))
      const places = [...pairsAt].map(([text, pairs]) => ({
        difference: differencesIn(text)[0] as Difference,
        pairs,
      }))
      counts = new Map()
      pairsAt = new Map()
      return { signatures, places }
    },
  }
}
