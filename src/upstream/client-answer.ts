import type { IncomingMessage, ServerResponse } from 'node:http'
import { breakOff } from './break-off.ts'
import { clientHeaders } from './response-headers.ts'
import type { Stalls, Wait } from './stalls.ts'

/** Bodies up to here are joined with their head; copying longer ones costs more than a second write. */
const maxJoinedBytes = 16_384

/** Writes an upstream's answer to the client as it comes, with backpressure. */
export class ClientAnswer {
  /** The head is on its way, so no other answer can be given any more. */
  begun = false
  private readonly raw: IncomingMessage
  private readonly response: ServerResponse
  private readonly stalls: Stalls
  private readonly sendTimeoutMs: number
  /** Body bytes the upstream declared, or -1. */
  private declared = -1
  /** A body that came whole, waiting to leave with its head. */
  private held: Buffer | null = null
  private headSent = false
  /** The client, while it has more to take than its socket holds. */
  private reader: Wait | null = null

  constructor(response: ServerResponse, stalls: Stalls, sendTimeoutMs: number) {
    this.raw = response.req
    this.response = response
    this.stalls = stalls
    this.sendTimeoutMs = sendTimeoutMs
  }

  /** `headers` as the upstream sent them, `own` in addition. */
  head(status: number, headers: readonly string[], own: readonly string[]): void {
    this.begun = true
    const at = headers.indexOf('content-length')
    this.declared = at === -1 ? -1 : Number(headers[at + 1])
    this.response.writeHead(status, clientHeaders(headers, own))
  }

  /** Returns false when the client has enough for now; `onRoom` is called when it can take more. */
  data(chunk: Buffer, onRoom: () => void): boolean {
    if (chunk.length === this.declared) {
      this.held = chunk
      return true
    }
    this.headSent = true
    const { response, stalls } = this
    if (response.write(chunk)) return true
    const reader: Wait = {
      limitMs: this.sendTimeoutMs,
      onStalled: () => response.destroy(),
    }
    this.reader = reader
    stalls.start(reader)
    response.once('drain', () => {
      stalls.stop(reader)
      onRoom()
    })
    return false
  }

  /** Nothing more comes for now: sends a head whose body did not come along with it. */
  lull(): void {
    if (this.headSent || this.held !== null) return
    this.headSent = true
    this.response.flushHeaders()
  }

  end(): void {
    const { held, response } = this
    if (held === null) response.end()
    // As a latin1 string the body is joined with the head into one write, byte for byte the same.
    else if (held.length <= maxJoinedBytes) response.end(held.toString('latin1'), 'latin1')
    else response.end(held)
  }

  /** The client must see that this answer is not whole. */
  breakOff(): void {
    breakOff(this.raw, this.response)
  }

  /** Forgets the client; nothing is waited for any more. */
  stop(): void {
    if (this.reader !== null) this.stalls.stop(this.reader)
  }
}
