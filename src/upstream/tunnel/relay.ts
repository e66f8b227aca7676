import type { Duplex } from 'node:stream'
import { after, type Clock } from '../../clock.ts'
import { closeFrame, maskedCloseFrame } from './close-frame.ts'
import { FrameScanner } from './frame-boundary.ts'
import { whenStalled } from './stalled.ts'

/** How a tunnel ended. */
export interface TunnelEnd {
  /** Status of the first Close frame; 1005 if that had none, 1006 if there was no Close frame. */
  readonly code: number
  /** Who ended it: sent the first Close frame, or else was first to end or break its connection. */
  readonly by: 'client' | 'upstream' | 'gateway'
  /** Bytes from the client to the upstream after the handshake. */
  readonly bytesUp: number
  /** Bytes from the upstream to the client after the handshake. */
  readonly bytesDown: number
}

export interface RelayOptions {
  readonly client: Duplex
  readonly upstream: Duplex
  readonly clock: Clock
  /** See `TunnelOptions.closeTimeoutMs`. */
  readonly closeTimeoutMs: number
  /** See `TunnelOptions.idleTimeoutMs`. */
  readonly idleTimeoutMs: number
  /** Called once, when both connections are gone. */
  readonly onEnd: (end: TunnelEnd) => void
}

export interface Relay {
  /** See `Tunnel.close`. */
  close(code: number, reason: string): void
  /** Ends both connections now. */
  destroy(): void
}

/**
 * Passes bytes both ways untouched, with backpressure, and each side's end when that side ends. An
 * error on one side destroys the other, so that a broken stream never looks like a whole one.
 */
export function startRelay(options: RelayOptions): Relay {
  const { client, upstream, clock, closeTimeoutMs, idleTimeoutMs } = options
  const up = new FrameScanner()
  const down = new FrameScanner()
  let bytesUp = 0
  let bytesDown = 0
  let by: TunnelEnd['by'] | null = null
  let code = 1006
  let closing: { readonly code: number; readonly reason: string } | null = null
  /** Our own Close frame went to the client: nothing may follow it. */
  let closeSent = false
  let open = 2
  let cancelIdle = () => {}
  let cancelEnding = () => {}

  const endedBy = (side: TunnelEnd['by'], withCode = 1006) => {
    if (by !== null) return
    by = side
    code = withCode
  }
  const delivered = () => bytesUp + bytesDown - upstream.writableLength - client.writableLength

  function fromClient(chunk: Buffer): void {
    bytesUp += chunk.length
    up.follow(chunk)
    if (!upstream.write(chunk)) client.pause()
    if (up.closeCode === null) return
    endedBy('client', up.closeCode)
    if (closeSent) endBoth()
  }

  function fromUpstream(chunk: Buffer): void {
    bytesDown += chunk.length
    if (closeSent) return
    if (closing !== null && down.closeCode === null) {
      const boundary = down.advance(chunk, 0)
      if (!client.write(chunk.subarray(0, boundary))) upstream.pause()
      if (down.atBoundary && down.closeCode === null) sendClose(closing.code, closing.reason)
      return
    }
    down.follow(chunk)
    if (!client.write(chunk)) upstream.pause()
    if (down.closeCode !== null) endedBy('upstream', down.closeCode)
  }

  function sendClose(closeCode: number, reason: string): void {
    closeSent = true
    client.write(closeFrame(closeCode, reason))
    if (up.closeCode !== null) endBoth()
  }

  function endBoth(): void {
    client.end()
    upstream.end()
  }

  /** The time for an orderly close is over. */
  function giveUp(): void {
    if (closing !== null && up.closeCode === null && up.atBoundary) {
      upstream.write(maskedCloseFrame(closing.code, closing.reason))
    }
    endBoth()
    cancelEnding = after(clock, closeTimeoutMs, destroy)
  }

  function close(closeCode: number, reason: string): void {
    if (closing !== null || open === 0) return
    closing = { code: closeCode, reason }
    endedBy('gateway', closeCode)
    cancelIdle()
    cancelEnding()
    cancelEnding = after(clock, closeTimeoutMs, giveUp)
    if (down.atBoundary && down.closeCode === null && client.writable) sendClose(closeCode, reason)
  }

  function destroy(): void {
    endedBy('gateway')
    client.destroy()
    upstream.destroy()
  }

  function watch(from: Duplex, to: Duplex, side: 'client' | 'upstream'): void {
    from.on('drain', () => to.resume())
    from.on('end', () => {
      endedBy(side)
      if (!closeSent) to.end()
      else if (side === 'client') endBoth()
      if (closing !== null) return
      cancelEnding()
      cancelEnding = whenStalled(clock, closeTimeoutMs, delivered, destroy)
    })
    from.on('error', () => {
      endedBy(side)
      to.destroy()
    })
    from.on('close', () => {
      if (!from.readableEnded) {
        endedBy(side)
        to.destroy()
      }
      if (--open > 0) return
      cancelIdle()
      cancelEnding()
      options.onEnd({ code, by: by ?? 'gateway', bytesUp, bytesDown })
    })
  }

  watch(client, upstream, 'client')
  watch(upstream, client, 'upstream')
  client.on('data', fromClient).resume()
  upstream.on('data', fromUpstream).resume()
  if (idleTimeoutMs > 0) {
    cancelIdle = whenStalled(clock, idleTimeoutMs, delivered, () => close(1001, 'idle'))
  }
  return { close, destroy }
}
