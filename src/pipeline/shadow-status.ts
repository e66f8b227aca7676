import type { ShadowStatus } from '../fleet/gateway-status.ts'
import type { RouteDifferences } from '../shadow/finding.ts'

/** What shadowing one route shows, at a glance. */
export function shadowStatus(differences: RouteDifferences): ShadowStatus {
  const { route, flag, compared, notCompared, mismatchRate, findings } = differences
  const real = findings.filter(
    ({ verdict, acknowledged }) => verdict === 'real' && acknowledged === null,
  )
  return {
    route,
    flag,
    compared,
    notCompared: Object.values(notCompared).reduce((sum, pairs) => sum + pairs, 0),
    mismatchRate,
    real: real.length,
    worst: real[0]?.text ?? null,
  }
}
