import type { Sample } from '../difference.ts'
import { showsValue } from '../mask/shown.ts'
import type { History, Sums } from './sums.ts'

/** Whether a sample shows what may not be kept. */
export type IsMasked = (sample: Sample) => boolean

/**
 * Finds samples at or below pointers (RFC 6901, `*` for any key or index) that were taken before a rule
 * masked these. Where a sample's own pointer has a `*`, the masked key is taken to have stood there.
 */
export function maskedBy(pointers: readonly string[]): IsMasked {
  const masks = pointers.map(pointer => pointer.split('/'))
  return ({ part, at, v1, v2 }) => {
    if (part !== 'body' || ![v1, v2].some(showsValue)) return false
    const tokens = at.split('/')
    return masks.some(
      mask => mask.length <= tokens.length && mask.every((token, n) => isSame(token, tokens[n])),
    )
  }
}

function isSame(a: string, b: string | undefined): boolean {
  return a === b || a === '*' || b === '*'
}

/** The sums without the samples that are masked by now; the same where there are none. */
export function withoutMasked(sums: Sums, isMasked: IsMasked): Sums {
  const { histories } = sums
  if (![...histories.values()].some(({ samples }) => samples.some(isMasked))) return sums
  const left = [...histories].map(([place, history]): [string, History] => [
    place,
    { ...history, samples: shownOf(history.samples, isMasked) },
  ])
  return { ...sums, histories: new Map(left) }
}

export function shownOf(samples: readonly Sample[], isMasked: IsMasked): readonly Sample[] {
  return samples.filter(sample => !isMasked(sample))
}
