/** How often a budget that is in truth exceeded may pass, however often one looks. */
const passRisk = 0.05

/** What counts as none at all, since no number of requests proves that a share is 0. */
export const negligibleShare = 0.001

/**
 * Whether `bad` of `events` prove a share below `allowed`, so that one may look after every event and
 * be wrong in one of twenty runs at most: the beta-binomial mixture of Robbins (1970), whose
 * confidence sequence (Howard, Ramdas, McAuliffe and Sekhon 2021) then lies below `allowed`. Its prior
 * is narrow where little is allowed, so that a healthy V2 passes early.
 */
export function isProvenWithin(bad: number, events: number, allowed: number): boolean {
  if (allowed >= 1) return true
  const limit = allowed === 0 ? negligibleShare : allowed
  if (events === 0 || bad / events >= limit) return false
  return logMixture(bad, events, limit) >= Math.log(1 / passRisk)
}

/** Logarithm of how much likelier the events are under the mixture than with exactly this share. */
function logMixture(bad: number, events: number, share: number): number {
  const good = events - bad
  const b = 1 / share
  return (
    logBeta(1 + bad, b + good) - logBeta(1, b) - bad * Math.log(share) - good * Math.log1p(-share)
  )
}

const mostEvents = 1e9

/** How many more events prove it if the share stays as it is; null where none do. */
export function eventsToProof(bad: number, events: number, allowed: number): number | null {
  const share = events === 0 ? 0 : bad / events
  const proves = (all: number) => isProvenWithin(share * all, all, allowed)
  let enough = Math.max(1, events)
  while (!proves(enough)) {
    enough *= 2
    if (enough > mostEvents) return null
  }
  let tooFew = events
  while (enough - tooFew > Math.max(1, enough / 100)) {
    const middle = Math.ceil((tooFew + enough) / 2)
    if (proves(middle)) enough = middle
    else tooFew = middle
  }
  return enough - events
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** Logarithm of the gamma function above 0: Stirling's series, after climbing to where it is exact. */
function logGamma(x: number): number {
  let shift = 0
  let at = x
  for (; at < 10; at++) shift += Math.log(at)
  const inverse = 1 / at
  const square = inverse * inverse
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift
}
