import { tracingChannel } from 'node:diagnostics_channel'
import type { Server } from 'node:net'

/** What listens, below a server. */
interface Handle {
  close(): void
}

/**
 * The sockets on which node:cluster accepts in the primary. It closes one when the last worker has
 * closed its side, and with it every connection that was accepted and not yet handed over: a client
 * that got in and is cut. Here they are closed first. node:cluster takes the handle away from a server
 * that it opened, which is how one of its is known from others of this process.
 */
export function watchAcceptingSockets() {
  const opened = new Map<Server, Handle | null>()
  const { asyncEnd: listening } = tracingChannel<{ server: Server }>('net.server.listen')
  listening.subscribe(onListening)

  function onListening(message: unknown): void {
    const { server } = message as { server: Server }
    opened.set(server, handleOf(server))
  }

  return {
    /** Accepts no further connection; those that are in stay. */
    close(): void {
      listening.unsubscribe(onListening)
      for (const [server, handle] of opened) {
        if (handleOf(server) === null) handle?.close()
      }
      opened.clear()
    },
  }
}

function handleOf(server: Server): Handle | null {
  return (server as Server & { readonly _handle?: Handle | null })._handle ?? null
}
