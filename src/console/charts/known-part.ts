import type { Series, VariantSeries } from '../../history/series.ts'

/** Slots that are shown at least, as if the gateway had been there. */
const fewestSlots = 24

/** The same from where the gateway began to count: a young one shows what there is, and not a blank with a stroke at its end. */
export function knownPart(series: Series): Series {
  const { at, v1 } = series
  const first = v1.requestsPerSecond.findIndex(rate => rate !== null)
  const from = Math.max(0, Math.min(first, at.length - fewestSlots))
  if (from === 0) return series
  return {
    ...series,
    at: at.slice(from),
    v1: variantFrom(v1, from),
    v2: variantFrom(series.v2, from),
  }
}

function variantFrom(variant: VariantSeries, from: number): VariantSeries {
  return {
    whole: variant.whole,
    requestsPerSecond: variant.requestsPerSecond.slice(from),
    errorShare: variant.errorShare.slice(from),
    p50: variant.p50.slice(from),
    p95: variant.p95.slice(from),
    p99: variant.p99.slice(from),
  }
}
