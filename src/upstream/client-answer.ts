import type { Dress } from '../entrance/dress.ts'
import type { ClientResponse } from '../ingress/client-messages.ts'
import { breakOff } from './break-off.ts'
import type { BodyTap } from './forward-plan.ts'
import { givingBack } from './give-back.ts'
import { clientHeaders, headerValue } from './response-headers.ts'
import { type Stalls, Wait } from './stalls.ts'

/** Bodies up to here are joined with their head; copying longer ones costs more than a second write. */
const maxJoinedBytes = 16_384

/** Writes an upstream's answer to the client as it comes, with backpressure. */
export class ClientAnswer {
  /** The head is on its way, so no other answer can be given any more. */
  begun = false
  /** Sees the body as it passes. */
  tap: BodyTap | null = null
  private readonly response: ClientResponse
  private readonly stalls: Stalls
  /** Longest time in which the client may take nothing of what is waiting for it. */
  private readonly sendTimeoutMs: number
  /** Body bytes the upstream declared, or -1. */
  private declared = -1
  /** A body that came whole, waiting to leave with its head. */
  private held: Buffer | null = null
  private headSent = false
  /** The client is given a limited time to take what is there; null for one that takes all at once. */
  private client: Wait | null = null

  constructor(response: ClientResponse, stalls: Stalls, sendTimeoutMs: number) {
    this.response = response
    this.stalls = stalls
    this.sendTimeoutMs = sendTimeoutMs
  }

  /** Its upstream did not declare how long it is. */
  get isOpenEnded(): boolean {
    return this.declared === -1
  }

  /** `headers` as the upstream sent them, as `dress` leaves them; `own` in addition. */
  head(
    status: number,
    headers: readonly string[],
    own: readonly string[],
    dress: Dress | null,
  ): void {
    this.begun = true
    this.declared = Number(headerValue(headers, 'content-length') ?? -1)
    this.response.writeHead(status, clientHeaders(headers, own, dress))
  }

  /** Returns false when the client has enough for now; `source` is resumed when it can take more. */
  data(chunk: Buffer, source: { resume(): void }): boolean {
    if (this.tap !== null) this.tap.data(chunk)
    if (chunk.length === this.declared) {
      this.held = chunk
      return true
    }
    this.headSent = true
    const { response } = this
    if (response.write(chunk, givingBack(chunk))) return true
    this.wait()
    response.once('drain', () => {
      this.closed()
      source.resume()
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
    if (this.tap !== null) this.tap.end()
    const { held, response } = this
    if (held === null) response.end()
    // As a latin1 string the body is joined with the head into one write, byte for byte the same.
    else if (held.length <= maxJoinedBytes) response.end(held.toString('latin1'), 'latin1')
    else {
      response.write(held, givingBack(held))
      response.end()
    }
    if (waitsForClient(response)) this.wait()
  }

  /** The client must see that this answer is not whole. */
  breakOff(): void {
    breakOff(this.response)
  }

  /** The client's connection is over or free again; nothing is waited for any more. */
  closed(): void {
    if (this.client !== null) this.stalls.stop(this.client)
  }

  private wait(): void {
    this.client ??= new Wait(this.sendTimeoutMs, () => void this.response.destroy())
    this.stalls.start(this.client)
  }
}

/** Whether some of an ended answer has yet to leave; a small one mostly left while it was written. */
function waitsForClient({ writableFinished, writableLength }: ClientResponse): boolean {
  return !writableFinished && writableLength > 0
}
