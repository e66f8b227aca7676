import { boundsSeconds, type Impact } from './impact-tally.ts'

/** By which Unleash knows who sends. */
export interface ImpactSender {
  readonly appName: string
  readonly instanceId: string
  /** Client token: it names its environment. */
  readonly token: string
}

/** Wall-clock milliseconds between which it happened. */
export interface ImpactSpan {
  readonly from: number
  readonly to: number
}

/**
 * The body of `POST <url>/client/metrics` with impact metrics. Unleash adds what it is sent to what it
 * has, so these are increments, of all machines together. The labels are the same in every sample:
 * Unleash forgets all of a metric that comes with a label it did not have.
 */
export function impactBody(
  { appName, instanceId, token }: ImpactSender,
  impacts: readonly Impact[],
  { from, to }: ImpactSpan,
): string {
  const environment = environmentOf(token)
  const sender = environment === null ? { appName } : { appName, environment }
  const labelsOf = ({ flag, variant }: Impact) => ({ ...sender, flag, variant })
  const counter = (name: string, help: string, of: (impact: Impact) => number) => ({
    ...{ name, help, type: 'counter' },
    samples: impacts.map(each => ({ labels: labelsOf(each), value: of(each) })),
  })

  return JSON.stringify({
    ...{ appName, instanceId },
    // Who got V2 is told by the SDK's own reports. Older servers want a bucket all the same.
    bucket: { start: new Date(from).toISOString(), stop: new Date(to).toISOString(), toggles: {} },
    impactMetrics: [
      counter(
        'switchback_impact_requests_total',
        'Requests that a variant was asked for.',
        ({ requests }) => requests,
      ),
      counter(
        'switchback_impact_errors_total',
        'Requests that count against a variant: answered with 5xx, failed below HTTP, or could not be asked.',
        ({ errors }) => errors,
      ),
      {
        name: 'switchback_impact_latency_seconds',
        help: 'Seconds to the head of the answer of a variant.',
        type: 'histogram',
        samples: impacts.map(each => ({ labels: labelsOf(each), ...histogramOf(each) })),
      },
    ],
  })
}

/** In the form of Prometheus: each bucket has those of the smaller ones too. */
function histogramOf({ answers, seconds }: Impact) {
  let count = 0
  const buckets = answers.map((own, place) => {
    count += own
    return { le: boundsSeconds[place] ?? '+Inf', count }
  })
  return { count, sum: seconds, buckets }
}

/** Client tokens are `<project>:<environment>.<secret>`; null for one of another form. */
function environmentOf(token: string): string | null {
  return /^[^:]*:([^.]+)\./.exec(token)?.[1] ?? null
}
