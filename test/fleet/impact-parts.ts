import type { TestContext } from 'node:test'
import type { Snapshot } from '../../src/config/snapshot.ts'
import type { VariantReport } from '../../src/history/report.ts'
import { createImpactDesk } from '../../src/pipeline/impact-desk.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { eventually } from './eventually.ts'
import { type Receiver, startReceiver } from './receiver.ts'

/** What Unleash was sent, as far as tests look at it. */
export interface SentMetric {
  readonly name: string
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly value?: number
    readonly count?: number
    readonly sum?: number
    readonly buckets?: readonly { readonly le: number | '+Inf'; readonly count: number }[]
  }[]
}

/** A desk whose Unleash answers as the script says; `routes` are flags by route. */
export async function impactDesk(t: TestContext, routes: Readonly<Record<string, string | null>>) {
  const unleash = await startReceiver(t)
  const clock = createManualClock()
  const metrics = createControlMetrics({ ownProcess: false })
  const lines: { event: string; error?: string }[] = []
  const options = {
    url: `${new URL(unleash.url).origin}/api/`,
    ...{ token: '*:production.secret', appName: 'edge', impactMetrics: true },
  }
  const desk = createImpactDesk({
    ...{ clock, metrics, instanceId: 'host-1' },
    log: createLog('info', { write: line => void lines.push(JSON.parse(line)) }).log,
    // All of a snapshot that the desk looks at.
    snapshot: () =>
      ({
        process: { unleash: options },
        routes: Object.entries(routes).map(([name, flag]) => ({ name, flag: flag ?? undefined })),
      }) as unknown as Snapshot,
  })
  /** Calls so far, by result. */
  async function calls(): Promise<Record<string, number>> {
    const { values } = await metrics.impact.calls.get()
    return Object.fromEntries(values.map(({ labels, value }) => [labels.result, value]))
  }

  return {
    ...{ unleash, clock, desk, options, calls, lines },
    /** Resolves when as many calls came to an end. */
    ended: (wanted: number) =>
      eventually(async () => {
        const all = Object.values(await calls())
        return all.reduce((sum, each) => sum + each, 0) === wanted
      }),
  }
}

/** One report of a route, of requests that took about 20 ms each. */
export function report(route: string, requests: number, more: Partial<VariantReport> = {}) {
  return [
    { route, variant: 'v2', requests, errors: 0, fallbacks: 0, steps: [109, requests], ...more },
  ] satisfies VariantReport[]
}

export function metricsOf(unleash: Receiver, nth: number): readonly SentMetric[] {
  const { body } = unleash.received[nth - 1] as { body: string }
  return (JSON.parse(body) as { impactMetrics: SentMetric[] }).impactMetrics
}

/** Values of one counter in the n-th call, by flag and variant. */
export function counted(unleash: Receiver, nth: number, name: string): Record<string, number> {
  const metric = metricsOf(unleash, nth).find(each => each.name === `switchback_impact_${name}`)
  return Object.fromEntries(
    (metric?.samples ?? []).map(({ labels, value, count }) => [
      `${labels.flag} ${labels.variant}`,
      value ?? count ?? 0,
    ]),
  )
}
