import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { FlagSource, FlagSourceEvent } from '../../src/cohort/flag-source.ts'
import { openUnleashFlags, type UnleashFlagsDeps } from '../../src/cohort/unleash-flags.ts'
import { flag, rollout } from './parts.ts'

/** An HTTP server for the ways in which an Unleash, or what stands before it, can misbehave. */
export async function answering(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
}

export async function emptyDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-flags-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** A clock whose periods pass when the test says so. */
export function manualClock(): Clock & { tick(): void } {
  const ticks = new Set<() => void>()
  return {
    now: () => 1_700_000_000_000,
    monotonic: () => 0,
    idle: () => 0,
    every(_periodMs, tick) {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    tick() {
      for (const tick of ticks) tick()
    },
  }
}

export interface Told {
  readonly onEvent: (event: FlagSourceEvent) => void
  /** Types of all events so far. */
  readonly types: string[]
  /** The next event of this type from now on. */
  next<Type extends FlagSourceEvent['type']>(
    type: Type,
  ): Promise<Extract<FlagSourceEvent, { type: Type }>>
}

export function listening(): Told {
  const emitter = new EventEmitter()
  const types: string[] = []
  return {
    types,
    onEvent(event) {
      types.push(event.type)
      emitter.emit(event.type, event)
    },
    next: async type => (await once(emitter, type))[0],
  }
}

export async function open(
  t: TestContext,
  config: { url: string; backupDir: string } & Partial<UnleashFlagsDeps['config']>,
  { clock, told }: { clock: Clock; told: Told },
): Promise<FlagSource> {
  const flags = await openUnleashFlags({
    config: {
      token: '*:development.secret',
      appName: 'switchback',
      refreshIntervalMs: 1000,
      streaming: false,
      impactMetrics: false,
      timeoutMs: 5000,
      ...config,
    },
    instanceId: 'test-1',
    clock,
    onEvent: told.onEvent,
    readOnly: false,
  })
  t.after(() => flags.close())
  return flags
}

export const context = { userId: '42', sessionId: undefined, remoteAddress: '', properties: {} }
/** Answers of Unleash in which the flag gives V2 to everyone, and to nobody. */
export const on = JSON.stringify({ version: 2, features: [flag([rollout(100)])] })
export const off = JSON.stringify({ version: 2, features: [flag([rollout(0)])] })

/** A server that answers polls by the script of the moment; usage reports are accepted. */
export async function scripted(t: TestContext, script: RequestListener) {
  const current = { script }
  const url = await answering(t, (request, response) => {
    if (request.url === '/api/client/features') current.script(request, response)
    else response.writeHead(202).end()
  })
  const parts = { clock: manualClock(), told: listening() }
  return { url, current, ...parts }
}

export const send = (body: string, status = 200, headers = {}) =>
  ((_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }) satisfies RequestListener
