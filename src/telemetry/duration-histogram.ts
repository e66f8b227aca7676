import type { Histogram, Registry } from 'prom-client'

/** Durations with one set of labels. */
export interface DurationSeries {
  observe(seconds: number): void
}

interface Held {
  readonly labels: Readonly<Record<string, string>>
  /** Observations per bucket, not yet summed up; the last place is above all bounds. */
  readonly counts: number[]
  sum: number
}

export interface DurationHistogramOptions {
  readonly registry: Registry
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[]
}

/**
 * A Prometheus histogram in a prom-client registry, whose series are resolved once and observed by
 * two additions. prom-client's own validates and hashes the labels at each observation, which costs
 * a request as much as its admission.
 */
export function createDurationHistogram(options: DurationHistogramOptions) {
  const { registry, name, help, labelNames, buckets } = options
  const held: Held[] = []

  function values() {
    return held.flatMap(({ labels, counts, sum }) => {
      let total = 0
      const cumulative = counts.map((count, at) => {
        total += count
        return {
          metricName: `${name}_bucket`,
          labels: { le: String(buckets[at] ?? '+Inf'), ...labels },
          value: total,
        }
      })
      return [
        ...cumulative,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: total },
      ]
    })
  }

  // What a registry asks of a metric is its name and `get`; prom-client's types name its own classes only.
  const metric = {
    name,
    labelNames,
    get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() }),
  }
  registry.registerMetric(metric as unknown as Histogram)

  return {
    series(labels: Readonly<Record<string, string>>): DurationSeries {
      const counts = new Array<number>(buckets.length + 1).fill(0)
      const own: Held = { labels, counts, sum: 0 }
      held.push(own)
      return {
        observe(seconds) {
          let at = 0
          while (at < buckets.length && seconds > (buckets[at] as number)) at++
          counts[at] = (counts[at] as number) + 1
          own.sum += seconds
        },
      }
    },
  }
}

export type DurationHistogram = ReturnType<typeof createDurationHistogram>
