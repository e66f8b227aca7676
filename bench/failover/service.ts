import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Child, Children } from '../children.ts'
import type { Behaviour } from './service-process.ts'

/** A request as V1 or V2 saw it. */
export interface Arrival {
  /** Wall-clock milliseconds. */
  readonly at: number
  /** How the service behaved then. */
  readonly behaviour: Behaviour
  readonly method: string
  readonly id: string
}

/** V1 or V2, in a process of its own. */
export interface Service {
  readonly url: string
  /** All requests of all its lives. */
  arrivals(): Arrival[]
  /** Resolves with the moment, by its own account, from which every new request is treated so. */
  behave(behaviour: Behaviour): Promise<number>
  signal(name: NodeJS.Signals): void
  /** Starts it again on its port after it was killed; resolves when it listens. */
  restart(): Promise<void>
}

/** Milliseconds that a line has from one process to the other, on a machine that is busy. */
const lineMs = 100

const file = join(import.meta.dirname, 'service-process.ts')

export async function startService(children: Children, name: string): Promise<Service> {
  const lives: Child[] = []
  async function live(port: string): Promise<string> {
    const child = children.start(name, [process.execPath, file, name, port])
    lives.push(child)
    return (await child.line(/^listening (\d+)$/))[1] as string
  }
  const port = await live('0')
  const current = () => lives.at(-1) as Child

  return {
    url: `http://127.0.0.1:${port}`,
    arrivals: () => lives.flatMap(({ lines }) => lines.flatMap(line => arrivalOf(line) ?? [])),
    async behave(behaviour) {
      const changed = current().message()
      current().send(behaviour)
      return (await changed) as number
    },
    signal: signal => current().signal(signal),
    async restart() {
      await current().kill()
      await live(port)
    },
  }
}

/** Waits for lines that are on their way. */
export function settled(): Promise<void> {
  return delay(lineMs)
}

export function arrivalOf(line: string): Arrival | null {
  const [word, at, behaviour, method, id] = line.split(' ')
  if (word !== 'arrival' || method === undefined || id === undefined) return null
  return { at: Number(at), behaviour: behaviour as Behaviour, method, id }
}
