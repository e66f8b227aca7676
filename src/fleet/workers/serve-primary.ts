import type { ControlPlane, DataPlane } from '../planes.ts'
import type { PrimaryLink } from './worker-channel.ts'
import type { Answer, Ask, Hello, ToWorker } from './worker-messages.ts'
import { createWorkerReports } from './worker-reports.ts'

/** What a worker runs: a data plane with a listener. */
export interface WorkerPlane extends DataPlane {
  listen(): Promise<number>
  /** Leaves without losing a request. */
  close(): Promise<void>
}

export interface ServePrimaryDeps {
  readonly link: PrimaryLink
  readonly build: (hello: Hello, control: ControlPlane) => Promise<WorkerPlane>
  /** Hears of what breaks the worker. */
  readonly onFailure: (fail: (error: Error) => void) => void
}

/**
 * A worker's life: builds a data plane from the primary's hello, answers its questions, leaves when it
 * says so or is gone. Resolves when everything is closed, with whether that was the end in order.
 */
export async function servePrimary({ link, build, onFailure }: ServePrimaryDeps): Promise<boolean> {
  const building = Promise.withResolvers<WorkerPlane>()
  const leaving = Promise.withResolvers<void>()
  let plane = null as WorkerPlane | null
  let inOrder = true

  link.onMessage(message => void take(message))
  link.onGone(leaving.resolve)
  onFailure(error => {
    inOrder = false
    link.send({ type: 'failing', error: error.message })
    leaving.resolve()
  })
  link.send({ type: 'here' })

  async function take(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'hello':
        build(message, createWorkerReports(link)).then(building.resolve, building.reject)
        return
      case 'latch':
        // One that waits for the building is taken before the listener opens.
        ;(plane ?? (await building.promise)).setLatch(message.state)
        return
      case 'revoke':
        // Likewise.
        ;(plane ?? (await building.promise)).revoke(message.revocations)
        return
      case 'ask':
        await answer(message.id, message.ask)
        return
      case 'leave':
        leaving.resolve()
    }
  }

  async function answer(id: number, ask: Ask): Promise<void> {
    try {
      const value = await found(ask)
      link.send({ type: 'answer', id, value })
    } catch (error) {
      link.send({ type: 'refused', id, error: messageOf(error) })
    }
  }

  async function found(ask: Ask): Promise<Answer> {
    const serving = plane ?? (await building.promise)
    const { apply, status, metrics, explain, simulate, decisions } = serving
    switch (ask.what) {
      case 'apply':
        await apply(ask.snapshot)
        return null
      case 'status':
        return status()
      case 'metrics':
        return metrics()
      case 'explain':
        return explain(ask.question)
      case 'simulate':
        return simulate(ask.question)
      case 'decisions':
        return decisions(ask.after, ask.limit)
      case 'ping':
        return null
    }
  }

  async function open(): Promise<boolean> {
    try {
      plane = await building.promise
      link.send({ type: 'ready', port: await plane.listen() })
      return true
    } catch (error) {
      link.send({ type: 'unable', error: messageOf(error) })
      return false
    }
  }

  function lastWord(metrics: readonly object[]): Promise<void> {
    return new Promise(sent => link.send({ type: 'left', metrics }, sent))
  }

  // A primary that is gone answers no listen call: whoever leaves before serving waits for nothing.
  const opened = await Promise.race([open(), leaving.promise.then(() => false)])
  if (opened) await leaving.promise
  await plane?.close()
  if (plane !== null) await lastWord(await plane.metrics())
  link.close()
  return opened && inOrder
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
