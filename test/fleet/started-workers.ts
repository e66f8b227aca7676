import { once } from 'node:events'
import { get } from 'node:http'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'
import type { WorkerEvent } from '../../src/fleet/workers/worker-event.ts'
import { createWorkers, type Workers, type WorkersDeps } from '../../src/fleet/workers/workers.ts'
import { configDir, oneRoute, testProcess } from '../support/gateway.ts'

/** What a worker of `worker-program.ts` tells of itself. */
export interface Told {
  readonly worker: number
  readonly pid: number
  readonly version: string
  readonly tripped: readonly string[]
  readonly revoked: readonly string[]
  readonly requests: number
}

/** A snapshot from files, with a version that tests can read. */
export async function snapshotOf(
  t: TestContext,
  process = testProcess,
  version = 'first',
): Promise<Snapshot> {
  const dir = await configDir(t, {
    'switchback.yaml': process,
    ...oneRoute({ v1: 'http://127.0.0.1:1' }),
  })
  const loaded = await loadConfig({ dir, env: {} })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return { ...loaded.snapshot, version }
}

/** Workers that run `worker-program.ts`, this process being their primary; closed after the test. */
export function prepareWorkers(
  t: TestContext,
  snapshot: Snapshot,
  more: Partial<WorkersDeps> = {},
) {
  const events: WorkerEvent[] = []
  let told = Promise.withResolvers<void>()
  const workers = createWorkers({
    entry: new URL('./worker-program.ts', import.meta.url),
    args: [],
    snapshot,
    clock: systemClock,
    latches: () => [],
    revocations: () => [],
    control: {
      tripped() {},
      counted() {},
      did() {},
      usersSeen() {},
      stayed() {},
      compared() {},
      refused() {},
    },
    onEvent(event) {
      events.push(event)
      told.resolve()
      told = Promise.withResolvers()
    },
    ...more,
  })
  t.after(() => workers.close())
  return {
    workers,
    events,
    /** Resolves with the first event of a type, once there is one; `after` leaves that many out. */
    async event<Type extends WorkerEvent['type']>(type: Type, after = 0) {
      for (;;) {
        const found = events.filter(event => event.type === type)[after]
        if (found !== undefined) return found as Extract<WorkerEvent, { type: Type }>
        await told.promise
      }
    },
  }
}

/** Workers that serve. */
export async function startWorkers(
  t: TestContext,
  snapshot: Snapshot,
  more: Partial<WorkersDeps> = {},
) {
  const prepared = prepareWorkers(t, snapshot, more)
  return { ...prepared, port: await prepared.workers.listen() }
}

/** Asks on a connection of its own, so that the workers take turns. */
export async function ask(port: number, path = '/'): Promise<Told> {
  const request = get({ port, host: '127.0.0.1', path, agent: false })
  const [response] = await once(request, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  return JSON.parse(text)
}

/** Asks until every worker has answered; resolves with what each said last, by number. */
export async function askEach(port: number, count: number, path = '/'): Promise<Told[]> {
  const answers = new Map<number, Told>()
  while (answers.size < count) {
    const told = await ask(port, path)
    answers.set(told.worker, told)
  }
  return [...answers.values()].sort((a, b) => a.worker - b.worker)
}

/** Value of the counter that each worker of the program keeps, over all of them. */
export async function requestsCounted(workers: Workers) {
  const registries = (await workers.metrics()) as { name: string; values: { value: number }[] }[][]
  const values = registries.flat().filter(({ name }) => name === 'requests')
  return values.flatMap(each => each.values).reduce((sum, { value }) => sum + value, 0)
}

/** Time that goes `times` as fast as the machine's. */
export function hurriedClock(times: number): Clock {
  return {
    now: () => systemClock.now() * times,
    monotonic: () => systemClock.monotonic() * times,
    idle: () => systemClock.monotonic() * times,
    every: (periodMs, tick) => systemClock.every(periodMs / times, tick),
  }
}
