import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { killTree } from './kill-tree.ts'

export interface Command {
  readonly name: string
  readonly argv: readonly string[]
  /** Core to stay on, or null to let the system choose. */
  readonly core: number | null
}

export interface Service extends Command {
  /** Port on 127.0.0.1 that answers once it is ready. */
  readonly port: number
}

/** The processes of one bench. Whatever happens, none outlives it. */
export interface Processes {
  /** Starts a service and waits until its port answers; its process id. */
  start(service: Service): Promise<number>
  /** Runs a command to its end; its stdout. */
  run(command: Command): Promise<string>
  close(): Promise<void>
}

const readyWithinMs = 15_000
const closeWithinMs = 5_000

export function createProcesses(): Processes {
  const running = new Map<ChildProcess, Promise<unknown>>()

  function launch(command: Command) {
    const argv = command.core === null ? command.argv : pinned(command.argv, command.core)
    const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { stdout: '', tail: '' }
    child.stdout.on('data', chunk => {
      output.stdout += chunk
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        output.tail = (output.tail + chunk).slice(-2000)
      })
    const exited = new Promise<number | string>(resolve => {
      child.once('error', error => resolve(error.message))
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
    })
    running.set(child, exited)
    exited.then(() => running.delete(child))
    return { child, output, exited }
  }

  const killAll = () => {
    for (const child of running.keys()) killTree(child)
  }
  process.once('exit', killAll)

  return {
    async start(service) {
      if (await answers(service.port))
        throw new Error(
          `Cannot start ${service.name}: port ${service.port} must be free, received an answer from another process`,
        )
      const { child, output, exited } = launch(service)
      const deadline = performance.now() + readyWithinMs
      while (!(await answers(service.port))) {
        const ended = await Promise.race([exited, delay(50, null)])
        if (ended !== null)
          throw new Error(`Cannot start ${service.name}: it ended with ${ended}\n${output.tail}`)
        if (performance.now() > deadline)
          throw new Error(
            `Cannot start ${service.name}: port ${service.port} must answer within ${readyWithinMs} ms\n${output.tail}`,
          )
      }
      return child.pid as number
    },
    async run(command) {
      const { output, exited } = launch(command)
      const ended = await exited
      if (ended !== 0)
        throw new Error(`Cannot run ${command.name}: it ended with ${ended}\n${output.tail}`)
      return output.stdout
    },
    async close() {
      for (const child of running.keys()) child.kill('SIGTERM')
      const ended = Promise.all(running.values())
      const late = new AbortController()
      await Promise.race([ended, delay(closeWithinMs, null, late).catch(() => null)])
      late.abort()
      killAll()
      process.off('exit', killAll)
    },
  }
}

function pinned(argv: readonly string[], core: number): string[] {
  return ['taskset', '-c', String(core), ...argv]
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
