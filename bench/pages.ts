import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ratioOf } from './gates.ts'
import { versionOf } from './machine.ts'
import { writeFigures } from './page.ts'
import { cpuOf, type Series } from './report.ts'
import type { Scenario } from './scenarios.ts'
import { inWords, spreadOf } from './spread.ts'

const root = join(import.meta.dirname, '..')
const by = 'bench:peers'

/** What the README calls a scenario; those that it does not name it leaves out. */
const names: Readonly<Record<string, string>> = {
  'http-proxy': '@fastify/http-proxy, plain',
  switchback: '**Switchback**',
  'switchback-guarded': 'Switchback with breaker, fallback and four budgets',
  'switchback-undici': 'Switchback with `upstream.client: undici`',
  nginx: 'nginx, plain',
  haproxy: 'HAProxy, plain',
  caddy: 'Caddy, plain',
  'haproxy-chain': 'HAProxy: RS256 token, rate per user, split',
  'switchback-chain': '**Switchback**: the same, with breaker, budgets and metrics',
  'switchback-chain-redis': 'Switchback: the same, rates in Redis',
}

/** Puts what a whole run measured into the pages that tell of it. @param report In Markdown. */
export function writePages(
  report: string,
  series: readonly Series[],
  scenarios: readonly Scenario[],
): void {
  writeFigures(join(root, 'docs/bench.md'), by, report)
  writeFigures(join(root, 'README.md'), by, readmeTable(series, scenarios))
}

function readmeTable(series: readonly Series[], scenarios: readonly Scenario[]): string {
  const base = cpuOf(series, 'http-proxy')
  const rows = series.flatMap(({ name, samples }) => {
    if (names[name] === undefined) return []
    const cpu = cpuOf(series, name)
    const perSecond = samples.map(sample => sample.requestsPerSecond)
    const cells = [
      names[name],
      inWords(spreadOf(cpu), 1),
      inWords(ratioOf(cpu, base), 2),
      spreadOf(perSecond)?.median.toFixed(0) ?? '–',
    ]
    return [`| ${cells.join(' | ')} |`]
  })
  return [
    '| gateway | µs CPU per request | × @fastify/http-proxy | requests/s |',
    '|---|---|---|---|',
    ...rows,
    '',
    `${new Date().toISOString().slice(0, 10)}; ${versions(scenarios)}.`,
  ].join('\n')
}

/** `Node 26.10.0, nginx 1.22.1`: each program once. */
function versions(scenarios: readonly Scenario[]): string {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const programs = scenarios.flatMap(({ versionArgv }) => {
    const version = versionArgv && /\d+(?:\.\d+)+/.exec(versionOf(versionArgv) ?? '')?.[0]
    return version ? [`${versionArgv?.[0]} ${version}`] : []
  })
  return [
    `Node ${process.versions.node}`,
    `@fastify/http-proxy ${devDependencies['@fastify/http-proxy']}`,
    ...new Set(programs),
  ].join(', ')
}
