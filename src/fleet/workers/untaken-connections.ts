import type { ChildProcess, SendHandle } from 'node:child_process'

/** How node:cluster passes a connection to a worker, and how the worker answers. */
interface ClusterMessage {
  readonly cmd?: string
  readonly act?: string
  readonly seq?: number
  readonly ack?: number
}

/**
 * node:cluster waits for a worker to say that it took a connection. When the worker dies first, the
 * primary holds the connection for ever and its client waits for nobody. Here it goes to another
 * worker, or, where there is none, is closed. Should a later Node name its messages otherwise, nothing
 * is found under way and it is as it was (docs/adr/0011-worker-processes.md).
 */
export function returnUntaken(
  worker: ChildProcess,
  { anotherIsThere, onTaken }: { anotherIsThere: () => boolean; onTaken: () => void },
) {
  const underWay = new Map<number, SendHandle>()
  const send = worker.send

  worker.send = function (this: ChildProcess, message: ClusterMessage, ...rest: unknown[]) {
    const [handle] = rest as [SendHandle | undefined]
    if (message.act === 'newconn' && message.seq !== undefined && handle !== undefined) {
      underWay.set(message.seq, handle)
    }
    return Reflect.apply(send, this, [message, ...rest])
  } as typeof send

  function giveBack(): void {
    for (const [seq, handle] of underWay) {
      underWay.delete(seq)
      // What a worker says that is about to leave: the round robin goes on to the next.
      const refusal = { cmd: 'NODE_CLUSTER', ack: seq, accepted: false }
      if (anotherIsThere()) worker.emit('internalMessage', refusal)
      else (handle as unknown as { close(): void }).close()
    }
    onTaken()
  }

  worker.on('internalMessage', ({ ack }: ClusterMessage) => {
    // The one behind it, if there was one, is under way by now.
    if (ack !== undefined && underWay.delete(ack)) onTaken()
  })
  worker.once('disconnect', giveBack)
  worker.once('exit', () => {
    if (underWay.size === 0) return
    // Node puts the event off until the connection has arrived, which it never will, and
    // node:cluster goes on counting with the dead until it comes.
    if (worker.connected) worker.emit('disconnect')
    giveBack()
  })

  return {
    /** Whether none is on its way to this worker. */
    areAllTaken: () => underWay.size === 0,
  }
}
