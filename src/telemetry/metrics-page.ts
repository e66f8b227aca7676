import type { Registry } from 'prom-client'

/** What the processes of a machine count, each for itself, and what is counted once. */
export interface Registries {
  readonly ofWorkers: Registry
  readonly ofMachine: Registry
}

/** What a page says of one metric. */
interface MetricRow {
  readonly name: string
  readonly type: string
  readonly labels: readonly string[]
  readonly help: string
  /** How the numbers of several processes become one; null where there is one. */
  readonly aggregator: string | null
}

const begin = '<!-- metrics: written by npm run reference -->'
const end = '<!-- end of metrics -->'

const overWorkers: Readonly<Record<string, string>> = {
  sum: 'sum',
  min: 'least',
  max: 'greatest',
  first: 'any',
  // When a process started: see `merged-metrics.ts`.
  omit: 'least',
}

/** The page with its tables anew, out of what the registries of a gateway hold; its other text stays. */
export async function withMetrics(
  page: string,
  { ofWorkers, ofMachine }: Registries,
): Promise<string> {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from === -1 || to < from) {
    throw new Error(`Cannot write the metrics: the page must have "${begin}" and "${end}".`)
  }
  const rows = new Map<string, MetricRow>()
  for (const row of await rowsOf(ofMachine)) rows.set(row.name, { ...row, aggregator: null })
  // Keys are held by both: by workers for callers, by the control plane for operators.
  for (const row of await rowsOf(ofWorkers)) rows.set(row.name, row)
  const all = [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const own = all.filter(({ name }) => name.startsWith('switchback_'))
  const others = all.filter(row => !own.includes(row))
  const text = [
    `## Switchback's own`,
    tableOf(own),
    `## Of Node and its process`,
    tableOf(others),
  ].join('\n\n')
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}

async function rowsOf(registry: Registry): Promise<MetricRow[]> {
  // What prom-client's types leave out.
  const labelled = registry.getMetricsAsArray() as unknown as {
    readonly name: string
    readonly labelNames: readonly string[]
  }[]
  const labels = new Map(labelled.map(({ name, labelNames }) => [name, labelNames]))
  const metrics = (await registry.getMetricsAsJSON()) as unknown as MetricRow[]
  return metrics.map(({ name, type, help, aggregator }) => ({
    ...{ name, type, help, aggregator },
    labels: labels.get(name) ?? [],
  }))
}

function tableOf(rows: readonly MetricRow[]): string {
  return [
    '| metric | type | labels | over workers | what it says |',
    '|---|---|---|---|---|',
    ...rows.map(({ name, type, labels, help, aggregator }) => {
      const names = labels.map(label => `\`${label}\``).join(', ')
      const over = aggregator === null ? '' : overWorkers[aggregator]
      return `| \`${name}\` | ${type} | ${names} | ${over} | ${help} |`
    }),
  ].join('\n')
}
