import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, parseDocument } from 'yaml'

export const upstreamPorts = { v1: 9701, v2: 9702 } as const

/** One way from the load to the upstream. */
export interface Scenario {
  readonly name: string
  readonly port: number
  /** Null for `direct`, which has no gateway. */
  readonly gateway: readonly string[] | null
  /** Command that tells the version of a peer; null where the package's own version is told. */
  readonly versionArgv: readonly string[] | null
  /** Debian or Ubuntu package of a peer. */
  readonly aptPackage?: string
  /** Whether it is expected to split traffic between v1 and v2. */
  readonly splits: boolean
}

const here = import.meta.dirname

/** A directory for what gateways write while they run, and a way to be rid of it. */
export function createScratch(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'switchback-bench-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

export function createScenarios(scratchDir: string, withPeers: boolean): Scenario[] {
  const plain = { versionArgv: null, splits: false }
  const own: Scenario[] = [
    { ...plain, name: 'direct', port: upstreamPorts.v1, gateway: null },
    { ...plain, name: 'http-proxy', port: 9711, gateway: httpProxyArgv(9711) },
    {
      name: 'switchback',
      port: 9712,
      gateway: switchbackArgv(join(here, 'switchback')),
      versionArgv: null,
      splits: true,
    },
    {
      name: 'switchback-undici',
      port: 9713,
      gateway: switchbackArgv(writeUndiciConfig(scratchDir, 9713)),
      versionArgv: null,
      splits: true,
    },
    {
      name: 'switchback-guarded',
      port: 9717,
      gateway: switchbackArgv(writeGuardedConfig(scratchDir, 9717)),
      versionArgv: null,
      splits: true,
    },
  ]
  return withPeers ? [...own, ...peers(scratchDir)] : own
}

function httpProxyArgv(port: number): string[] {
  const upstream = `http://127.0.0.1:${upstreamPorts.v1}`
  return [process.execPath, join(here, 'gateways/http-proxy.ts'), String(port), upstream]
}

function switchbackArgv(configDir: string): string[] {
  return [process.execPath, join(here, '../src/main.ts'), 'start', '--config', configDir]
}

/** The same configuration with the other upstream client. */
function writeUndiciConfig(scratchDir: string, port: number): string {
  const dir = copyConfig(scratchDir, 'switchback-undici', port)
  edit(join(dir, 'switchback.yaml'), document => document.setIn(['upstream', 'client'], 'undici'))
  return dir
}

/** The same configuration with all that protects V2's clients: breaker, fallback, budgets of each kind. */
function writeGuardedConfig(scratchDir: string, port: number): string {
  const dir = copyConfig(scratchDir, 'switchback-guarded', port)
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

/** On ports of its own. */
function copyConfig(scratchDir: string, name: string, port: number): string {
  const dir = join(scratchDir, name)
  cpSync(join(here, 'switchback'), dir, {
    recursive: true,
    filter: path => !path.endsWith('.switchback'),
  })
  edit(join(dir, 'switchback.yaml'), document => {
    document.setIn(['listen', 'port'], port)
    document.setIn(['admin', 'port'], port + 200)
  })
  return dir
}

function edit(file: string, change: (document: Document) => void): void {
  const document = parseDocument(readFileSync(file, 'utf8'))
  change(document)
  writeFileSync(file, String(document))
}

function peers(scratchDir: string): Scenario[] {
  const config = (file: string) => join(here, 'peers', file)
  return [
    {
      name: 'nginx',
      port: 9714,
      gateway: [
        ...['nginx', '-c', config('nginx.conf'), '-g', 'daemon off;'],
        ...['-p', scratchDir, '-e', 'stderr'],
      ],
      versionArgv: ['nginx', '-v'],
      aptPackage: 'nginx-light',
      splits: false,
    },
    {
      name: 'haproxy',
      port: 9715,
      gateway: ['haproxy', '-db', '-f', config('haproxy.cfg')],
      versionArgv: ['haproxy', '-v'],
      aptPackage: 'haproxy',
      splits: false,
    },
    {
      name: 'caddy',
      port: 9716,
      gateway: [
        ...['env', `XDG_CONFIG_HOME=${scratchDir}`, `XDG_DATA_HOME=${scratchDir}`],
        ...['caddy', 'run', '--adapter', 'caddyfile', '--config', config('Caddyfile')],
      ],
      versionArgv: ['caddy', 'version'],
      aptPackage: 'caddy',
      splits: false,
    },
  ]
}
