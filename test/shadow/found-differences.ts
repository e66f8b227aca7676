import type { Finding, RouteDifferences } from '../../src/shadow/finding.ts'

/** A price that V2 always gets wrong, unless a test says otherwise. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    route: 'match',
    part: 'body',
    at: '/price',
    kind: 'value',
    verdict: 'real',
    pairs: 214,
    compared: 214,
    rate: 1,
    noiseRate: 0,
    firstSeenAt: 1_700_000_000_000,
    lastSeenAt: 1_700_000_600_000,
    samples: [
      {
        part: 'body',
        at: '/price',
        kind: 'value',
        v1: '12.5',
        v2: '12.63',
        endpoint: 'GET /offers/*',
        requestId: 'r1',
        seenAt: 1_700_000_600_000,
      },
    ],
    acknowledged: null,
    text: '/price (value) differs in 214 of 214 pairs, V1 from itself in 0 of 11',
    ...changes,
  }
}

/** The route `match` with these findings. */
export function routeDifferences(
  findings: readonly Finding[],
  changes: Partial<RouteDifferences> = {},
): RouteDifferences {
  return {
    route: 'match',
    flag: 'v2_migration',
    basis: 'b1',
    since: 1_700_000_000_000,
    compared: 214,
    notCompared: { 'too-large': 3, busy: 1 },
    noisePairs: 11,
    mismatchRate: 1,
    mismatchRateInAll: 1,
    findings,
    latency: {
      pairs: 214,
      medianMs: 12,
      lowMs: 10,
      highMs: 15,
      ofV1Itself: { pairs: 11, medianMs: -1 },
      text: 'V2 answers 12 ms later than V1 (10 to 15 ms)',
    },
    text: 'V2 differs in 100 % of pairs',
    ...changes,
  }
}

/** Of each verdict one, and one that was acknowledged; worst first. */
export const mixed = [
  finding(),
  finding({
    at: '/score',
    verdict: 'undecided',
    rate: 0.02,
    pairs: 4,
    noiseRate: null,
    samples: [],
  }),
  finding({
    part: 'header',
    at: 'server',
    acknowledged: { who: 'ada', why: 'another server', at: 1_700_000_300_000 },
    samples: [],
  }),
  finding({ at: '/id', verdict: 'noise', noiseRate: 1, samples: [] }),
]
