import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { killTree } from './kill-tree.ts'

/** A process that can be listened to, spoken to and killed. */
export interface Child {
  readonly name: string
  readonly pid: number
  /** Everything that it has written so far, both streams. */
  readonly lines: readonly string[]
  /** Resolves with the first line that fits, written already or yet to come. */
  line(fits: RegExp): Promise<RegExpExecArray>
  /** Over the channel of a Node process. */
  send(message: string | object): void
  /** The next message over that channel, if it comes within so many milliseconds; 60 s by default. */
  message(withinMs?: number): Promise<unknown>
  signal(name: NodeJS.Signals): void
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>
  /** Kills it and all that it has started, and waits for its end. */
  kill(): Promise<void>
}

/** Where a process runs, and after whom. */
export interface Placement {
  /** Core to stay on; null or absent: any. */
  readonly core?: number | null
  /** Whether it runs only where nothing else wants to (SCHED_IDLE). */
  readonly yields?: boolean
}

/** The processes of one round. Whatever happens, none outlives it. */
export interface Children {
  start(name: string, argv: readonly string[], placement?: Placement): Child
  close(): Promise<void>
}

/** Milliseconds that a line or a message may take to come. */
const patienceMs = 60_000
const tailLines = 12

export function createChildren(): Children {
  const living = new Map<ChildProcess, Promise<void>>()
  const killAll = () => {
    for (const child of living.keys()) killTree(child)
  }
  process.once('exit', killAll)

  function start(name: string, argv: readonly string[], placement: Placement = {}): Child {
    const isNode = argv[0] === process.execPath
    const [file = '', ...args] = placed(argv, placement)
    const child = spawn(file, args, {
      stdio: isNode ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    })
    const lines: string[] = []
    const waiting = new Set<() => void>()
    const tell = () => {
      for (const look of waiting) look()
    }
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', line => {
        lines.push(line)
        tell()
      })
    }
    let over: string | null = null
    const ended = new Promise<void>(resolve => {
      const end = (how: string) => {
        over ??= how
        living.delete(child)
        tell()
        resolve()
      }
      child.once('error', error => end(error.message))
      child.once('close', (code, signal) => end(String(signal ?? code)))
    })
    living.set(child, ended)

    function fail(what: string, withinMs = patienceMs): Error {
      const how = over === null ? `within ${withinMs} ms` : `before it ended with ${over}`
      return new Error(`Cannot go on: ${name} must ${what} ${how}\n${tail()}`)
    }
    const tail = () => lines.slice(-tailLines).join('\n')

    return {
      name,
      pid: child.pid ?? 0,
      lines,
      async line(fits) {
        let seen = 0
        const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
        const look = () => {
          for (; seen < lines.length; seen++) {
            const found = fits.exec(lines[seen] as string)
            if (found !== null) resolve(found)
          }
          if (over !== null) reject(fail(`write ${fits}`))
        }
        waiting.add(look)
        look()
        try {
          return await within(promise, () => fail(`write ${fits}`))
        } finally {
          waiting.delete(look)
        }
      },
      send(message) {
        // To a process that is gone it is lost.
        if (child.connected) child.send(message, () => {})
      },
      async message(withinMs = patienceMs) {
        const { promise, resolve, reject } = Promise.withResolvers<unknown>()
        const look = () => over !== null && reject(fail('send a message'))
        waiting.add(look)
        child.once('message', resolve)
        try {
          return await within(promise, () => fail('send a message', withinMs), withinMs)
        } finally {
          waiting.delete(look)
          child.off('message', resolve)
        }
      },
      signal: signal => void child.kill(signal),
      ended,
      async kill() {
        killTree(child)
        await ended
      },
    }
  }

  return {
    start,
    async close() {
      killAll()
      await Promise.all(living.values())
      process.off('exit', killAll)
    },
  }
}

/** Each of these commands becomes the one that it starts: the process stays the same. */
function placed(argv: readonly string[], { core = null, yields = false }: Placement): string[] {
  return [
    ...(core === null ? [] : ['taskset', '-c', String(core)]),
    ...(yields ? ['chrt', '--idle', '0'] : []),
    ...argv,
  ]
}

async function within<T>(promise: Promise<T>, late: () => Error, ms = patienceMs): Promise<T> {
  const over = new AbortController()
  const limit = delay(ms, null, over).then(() => {
    throw late()
  })
  limit.catch(() => {})
  try {
    return await Promise.race([promise, limit])
  } finally {
    over.abort()
  }
}
