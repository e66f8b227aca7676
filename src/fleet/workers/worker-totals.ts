/** The part of prom-client's JSON that is added up. */
interface MetricJson {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly aggregator: string
  readonly values: readonly MetricValue[]
}

interface MetricValue {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  /** For the parts of a histogram. */
  readonly metricName?: string
}

/** What only ever grows; a gauge of a process that is gone says nothing any more. */
const growing = ['counter', 'histogram']

/**
 * What workers counted that are gone, so that no counter falls when one dies. Series are told apart
 * by the order of their labels too: each process makes them by the same code.
 */
export function createWorkerTotals() {
  const totals = new Map<string, { metric: MetricJson; series: Map<string, MetricValue> }>()

  return {
    /** Takes over the last metrics of a worker that is gone. */
    add(registry: readonly object[]): void {
      for (const metric of registry as readonly MetricJson[]) {
        if (!growing.includes(metric.type) || metric.aggregator !== 'sum') continue
        const { series } = totals.get(metric.name) ?? { series: new Map<string, MetricValue>() }
        for (const { value, labels, metricName } of metric.values) {
          const key = JSON.stringify([metricName, labels])
          const sum = (series.get(key)?.value ?? 0) + value
          series.set(key, { value: sum, labels, ...(metricName && { metricName }) })
        }
        totals.set(metric.name, { metric, series })
      }
    },
    /** In the form of a registry's JSON. */
    registry: (): readonly object[] =>
      [...totals.values()].map(({ metric, series }) => ({
        ...metric,
        values: [...series.values()],
      })),
  }
}

export type WorkerTotals = ReturnType<typeof createWorkerTotals>
