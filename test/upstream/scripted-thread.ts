import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { BodyJob } from '../../src/upstream/mapping/body-job.ts'
import {
  createMappingThread,
  type MappingThread,
} from '../../src/upstream/mapping/mapping-thread.ts'

/** A program that is not the one: as a URL that holds it. */
export function programOf(source: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`)
}

/**
 * Its expressions say what becomes of a body, and how many milliseconds it says that took: `mapped 3`,
 * `too-slow 500`. `held 0` is mapped once the channel that `path` names has said anything; of
 * `stuck 0` nothing is ever heard.
 */
const program = programOf(`
  import { parentPort } from 'node:worker_threads'
  parentPort.on('message', async jobs => {
    for (const [id, { expression, body, path }] of jobs) {
      const [word, took] = expression.split(' ')
      if (word === 'stuck') continue
      if (word === 'held') await new Promise(resolve => {
        const channel = new BroadcastChannel(path)
        channel.onmessage = () => { channel.close(); resolve() }
        channel.postMessage('here')
      })
      const mapped = word === 'too-slow' ? { ok: false, reason: word, detail: '' } : { ok: true, body }
      parentPort.postMessage([id, mapped, Number(took)])
    }
  })
  parentPort.postMessage('ready')
`)

/** A mapping thread that does as the expressions say. */
export function scriptedThread(t: TestContext, clock: Clock): MappingThread {
  const thread = createMappingThread({ program, clock })
  t.after(() => thread.close())
  return thread
}

export interface Submitted {
  readonly timeoutMs?: number
  readonly path?: string
}

/** `mapped`, or the reason why not. */
export function submit(
  thread: MappingThread,
  mapping: string,
  expression: string,
  { timeoutMs = 1000, path = '/' }: Submitted = {},
): Promise<string> {
  const request = { coding: '', maxBytes: 1000, method: 'GET', path, query: '', status: 200 }
  const job: BodyJob = { expression, body: new Uint8Array(2), timeoutMs, ...request }
  return new Promise(resolve => {
    thread.mapperFor(mapping).map(job, mapped => resolve(mapped.ok ? 'mapped' : mapped.reason))
  })
}
