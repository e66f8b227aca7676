import type { Signature } from '../report.ts'
import { differencesIn } from './signature-text.ts'

/** Signatures told apart in one report. */
const maxSignatures = 256
/** Single places beside them. */
const maxPlaces = 256

/**
 * Counts pairs by signature. Where there are too many signatures, a further pair is counted at one place
 * alone: that of its places which was seen the least, since the others are in the report already. Where even
 * places are too many, it is counted by part and kind, at no pointer. So each pair is counted once, always.
 */
export function createSignatureTable() {
  let counts = new Map<string, number>()
  let pairsAt = new Map<string, number>()

  function keyFor(text: string): string {
    if (counts.has(text) || counts.size < maxSignatures) return text
    const [rarest = ''] = text
      .split('\n')
      .sort((a, b) => (pairsAt.get(a) ?? 0) - (pairsAt.get(b) ?? 0))
    if (counts.has(rarest) || counts.size < maxSignatures + maxPlaces) return rarest
    const [part, , kind] = rarest.split('\t')
    return `${part}\t\t${kind}`
  }

  return {
    add(text: string, pairs: number): void {
      const key = keyFor(text)
      counts.set(key, (counts.get(key) ?? 0) + pairs)
      for (const place of key.split('\n')) pairsAt.set(place, (pairsAt.get(place) ?? 0) + pairs)
    },
    /** Those since the last call. */
    take(): readonly Signature[] {
      const taken = [...counts].map(([text, pairs]) => ({
        differences: differencesIn(text),
        pairs,
      }))
      counts = new Map()
      pairsAt = new Map()
      return taken
    },
  }
}
