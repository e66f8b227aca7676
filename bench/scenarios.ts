import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchCaller, namedCallers, writeCallers } from './callers.ts'
import { chainScenarios } from './chain.ts'
import { copyConfig, edit, switchbackArgv } from './own-config.ts'

export const upstreamPorts = { v1: 9701, v2: 9702 } as const

/** One way from the load to the upstream. */
export interface Scenario {
  readonly name: string
  readonly port: number
  /** Null for `direct`, which has no gateway. */
  readonly gateway: readonly string[] | null
  /** What it needs beside it, and the port of 127.0.0.1 that answers once that is ready. Its CPU is not counted. */
  readonly beside?: {
    readonly name: string
    readonly argv: readonly string[]
    readonly port: number
  }
  /** Command that tells the version of what is not ours; null where the package's own version is told. */
  readonly versionArgv: readonly string[] | null
  /** Debian or Ubuntu package of that. */
  readonly aptPackage?: string
  /** Who calls, one after the other, and the same in a file for the load. */
  readonly callers: readonly BenchCaller[]
  readonly callersFile: string
  /** Least and most share of the callers that V2 must answer; null for none. */
  readonly v2Share: readonly [number, number] | null
  /** Of a gateway that refuses: whom it must answer 401, and a single caller who must exceed the limit. */
  readonly proof?: {
    readonly refused: readonly (readonly [what: string, headers: BenchCaller])[]
    readonly greedyFile: string
  }
}

const here = import.meta.dirname

export function urlOf(scenario: Scenario): string {
  return `http://127.0.0.1:${scenario.port}/api/match`
}

/** A directory for what gateways write while they run, and a way to be rid of it. */
export function createScratch(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'switchback-bench-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

export function createScenarios(scratchDir: string, withPeers: boolean): Scenario[] {
  const callersFile = writeCallers(join(scratchDir, 'callers.json'), namedCallers)
  const named = { callers: namedCallers, callersFile }
  const plain = { ...named, versionArgv: null, v2Share: null }
  // A tenth have it all, a tenth half of it, a tenth nothing of it, the rest a quarter.
  const splitting = { ...named, versionArgv: null, v2Share: [0.15, 0.5] as const }
  const own: Scenario[] = [
    { ...plain, name: 'direct', port: upstreamPorts.v1, gateway: null },
    { ...plain, name: 'http-proxy', port: 9711, gateway: httpProxyArgv(9711) },
    {
      ...splitting,
      name: 'switchback',
      port: 9712,
      gateway: switchbackArgv(join(here, 'switchback')),
    },
    {
      ...splitting,
      name: 'switchback-undici',
      port: 9713,
      gateway: switchbackArgv(writeUndiciConfig(scratchDir, 9713)),
    },
    {
      ...splitting,
      name: 'switchback-guarded',
      port: 9717,
      gateway: switchbackArgv(writeGuardedConfig(scratchDir, 9717)),
    },
  ]
  return withPeers ? [...own, ...peers(scratchDir, plain), ...chainScenarios(scratchDir)] : own
}

function httpProxyArgv(port: number): string[] {
  const upstream = `http://127.0.0.1:${upstreamPorts.v1}`
  return [process.execPath, join(here, 'gateways/http-proxy.ts'), String(port), upstream]
}

/** The same configuration with the other upstream client. */
function writeUndiciConfig(scratchDir: string, port: number): string {
  const dir = copyConfig('switchback', scratchDir, 'switchback-undici', port)
  edit(join(dir, 'switchback.yaml'), document => document.setIn(['upstream', 'client'], 'undici'))
  return dir
}

/** The same configuration with all that protects V2's clients: breaker, fallback, budgets of each kind. */
function writeGuardedConfig(scratchDir: string, port: number): string {
  const dir = copyConfig('switchback', scratchDir, 'switchback-guarded', port)
  edit(join(dir, 'policies/open.yaml'), document => {
    document.set('breaker', {})
    document.set('fallback', { withinMs: 2000 })
    document.set('budgets', [
      { signal: 'errors', max: '1%' },
      { signal: 'availability', min: '99%' },
      // The load is meant to saturate, so that only its queue is long.
      { signal: 'latency', p95: '2s' },
      { signal: 'latency', p95: '3x v1' },
    ])
  })
  return dir
}

/** What all have in common that only forward. */
type PlainScenario = Pick<Scenario, 'callers' | 'callersFile' | 'v2Share'>

function peers(scratchDir: string, plain: PlainScenario): Scenario[] {
  const config = (file: string) => join(here, 'peers', file)
  return [
    {
      ...plain,
      name: 'nginx',
      port: 9714,
      gateway: [
        ...['nginx', '-c', config('nginx.conf'), '-g', 'daemon off;'],
        ...['-p', scratchDir, '-e', 'stderr'],
      ],
      versionArgv: ['nginx', '-v'],
      aptPackage: 'nginx-light',
    },
    {
      ...plain,
      name: 'haproxy',
      port: 9715,
      gateway: ['haproxy', '-db', '-f', config('haproxy.cfg')],
      versionArgv: ['haproxy', '-v'],
      aptPackage: 'haproxy',
    },
    {
      ...plain,
      name: 'caddy',
      port: 9716,
      gateway: [
        ...['env', `XDG_CONFIG_HOME=${scratchDir}`, `XDG_DATA_HOME=${scratchDir}`],
        ...['caddy', 'run', '--adapter', 'caddyfile', '--config', config('Caddyfile')],
      ],
      versionArgv: ['caddy', 'version'],
      aptPackage: 'caddy',
    },
  ]
}
