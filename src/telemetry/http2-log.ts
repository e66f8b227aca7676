import type { SessionEnd } from '../ingress/http2/client-session.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What an operator would want to hear of; the other ends are everyday life. */
const sentences: { readonly [End in SessionEnd]?: string } = {
  resets: 'a client took back or spoilt too many requests over HTTP/2 and was cut off',
  'control-frames': 'a client sent too many control frames over HTTP/2 and was cut off',
  malformed: 'a client sent what is no HTTP/2 and was cut off',
}

export interface Http2LogDeps {
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'http2'>
  /** Hears of each session that was ended for its client's manners, as of a request that is none. */
  readonly watch: {
    refused(refusal: 'bad-request', detail: undefined, client: string | undefined): void
  }
}

/** Counts how the sessions of HTTP/2 end, and tells of those that were ended for their client's manners. */
export function createHttp2Log({ log, metrics, watch }: Http2LogDeps) {
  return (reason: SessionEnd, client: string | undefined): void => {
    metrics.http2.ended(reason)
    const sentence = sentences[reason]
    if (sentence === undefined) return
    log.info({ event: 'http2-session-ended', reason, client }, sentence)
    watch.refused('bad-request', undefined, client)
  }
}
