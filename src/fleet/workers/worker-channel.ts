import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { watchAcceptingSockets } from './accepting-sockets.ts'
import { returnUntaken } from './untaken-connections.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** The primary's end of the channel. */
export interface WorkerProcess {
  /** Never used twice in a primary's life. */
  readonly id: number
  readonly pid: number
  /** A message to a process that is gone is lost. */
  send(message: ToWorker): void
  /** At once, also when it is stopped. */
  kill(): void
}

export interface WorkerListeners {
  readonly onMessage: (message: FromWorker) => void
  readonly onEnd: (end: ProcessEnd) => void
}

export interface ForkOptions {
  /** The file that a worker runs. */
  readonly entry: URL
  readonly args: readonly string[]
}

/**
 * Makes this process a primary. Connections are handed round by it, not raced for: one that stands
 * still gets no further connection.
 */
export function createFork({ entry, args }: ForkOptions) {
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({ exec: fileURLToPath(entry), args: [...args], serialization: 'advanced' })

  /** Those that connections can be handed to. */
  const taking = new Set<unknown>()

  const sockets = watchAcceptingSockets()
  const connections = new Map<unknown, ReturnType<typeof returnUntaken>>()
  let allTaken = (): void => {}

  function onTaken(): void {
    if ([...connections.values()].every(({ areAllTaken }) => areAllTaken())) allTaken()
  }

  function fork({ onMessage, onEnd }: WorkerListeners): WorkerProcess {
    const worker = cluster.fork()
    const { process } = worker
    process.on('message', message => {
      const told = message as FromWorker
      if (told.type === 'ready') taking.add(worker)
      if (told.type === 'failing') taking.delete(worker)
      onMessage(told)
    })
    worker.on('error', () => {
      // Without a process there is no end to hear of. With one, a message could not be sent, and its
      // end tells more.
      if (process.pid === undefined) onEnd({ code: null, signal: null })
    })
    process.once('disconnect', () => taking.delete(worker))
    process.once('exit', (code, signal) => {
      taking.delete(worker)
      connections.delete(worker)
      onEnd({ code, signal })
    })
    // Behind those: the dead is not one to hand a connection to.
    const untaken = returnUntaken(process, { anotherIsThere: () => taking.size > 0, onTaken })
    connections.set(worker, untaken)
    return {
      id: worker.id,
      pid: process.pid ?? 0,
      send(message) {
        if (message.type === 'leave') taking.delete(worker)
        process.send(message, nothing)
      },
      kill: () => void process.kill('SIGKILL'),
    }
  }

  return {
    fork,
    /** Accepts nobody any more; resolves once a worker has each connection that was accepted. */
    stopAccepting(): Promise<void> {
      sockets.close()
      return new Promise(resolve => {
        allTaken = resolve
        onTaken()
      })
    },
  }
}

/** A worker's end of the channel. */
export interface PrimaryLink {
  /** `sent` once the system has taken the message, or never will. */
  send(message: FromWorker, sent?: () => void): void
  onMessage(listener: (message: ToWorker) => void): void
  /** The primary is gone. */
  onGone(listener: () => void): void
  /** Lets the process end. */
  close(): void
}

/** Throws where this process is not a worker. */
export function linkToPrimary(process: NodeJS.Process): PrimaryLink {
  const { worker } = cluster
  if (worker === undefined) {
    throw new Error('Cannot run a worker: it must be started by a gateway with workers.')
  }
  worker.once('disconnect', () => {
    // Without it node:cluster ends the process on the spot, with whatever is in flight.
    worker.exitedAfterDisconnect = true
  })
  return {
    send(message, sent = nothing) {
      if (process.connected) process.send?.(message, undefined, undefined, sent)
      else sent()
    },
    onMessage: listener => void process.on('message', message => listener(message as ToWorker)),
    onGone: listener => void worker.once('disconnect', listener),
    close() {
      if (process.connected) process.disconnect?.()
    },
  }
}

function nothing(): void {}
