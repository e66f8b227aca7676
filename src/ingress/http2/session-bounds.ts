import type { SecureServerSessionOptions } from 'node:http2'
import type { ProcessConfig } from '../../config/schema-process.ts'
import type { Allowed } from './allowance.ts'

/** What one session may take up. */
export interface SessionBounds {
  /** For Node and nghttp2. */
  readonly options: SecureServerSessionOptions
  /** Streams that the client takes back, or that end by what is wrong with its frames. */
  readonly resets: Allowed
  /** PING and SETTINGS, each of which we have to answer. */
  readonly controlFrames: Allowed
  /** Milliseconds without a request, after one and before the first. */
  readonly idleMs: number
  readonly firstRequestMs: number
  /** Milliseconds in which the client takes nothing of what is left for it. */
  readonly sendMs: number
}

/** Browsers and load balancers ask every few seconds whether we are there. */
const controlFrames: Allowed = { burst: 100, perSecond: 10 }

/** Megabytes of a session for frames and headers that wait; further streams are refused above it. */
const maxSessionMemory = 10
/** Frames that make no sense on their streams, and streams over the limit, before a session is ended. */
const maxInvalidFrames = 100
const maxRejectedStreams = 100
/** Settings in one frame; RFC 9113 and its extensions know eight. */
const maxSettings = 32
/** Bytes of a field section that we send: those of answers are bounded by `upstream.maxHeaderBytes`. */
const maxSentFieldBytes = 2 ** 30
/** Octets by which RFC 9113 section 6.5.2 counts a field beside its name and value. */
const fieldOverhead = 32

/** `limits` of `switchback.yaml` as they hold for a session of HTTP/2. */
export function sessionBounds(limits: ProcessConfig['limits']): SessionBounds {
  const { maxStreams, maxHeaderBytes, maxHeaderCount } = limits
  // Admission answers 431, as over HTTP/1.1. What is far over the limits is not even gathered for that.
  const maxHeaderListSize = 2 * (maxHeaderBytes + maxHeaderCount * fieldOverhead)
  return {
    options: {
      settings: { maxConcurrentStreams: maxStreams, maxHeaderListSize, enablePush: false },
      maxHeaderListPairs: Math.ceil(maxHeaderListSize / fieldOverhead),
      maxSessionMemory,
      maxSessionInvalidFrames: maxInvalidFrames,
      maxSessionRejectedStreams: maxRejectedStreams,
      maxSettings,
      maxSendHeaderBlockLength: maxSentFieldBytes,
      // What an upstream says twice is passed on as it came, as over HTTP/1.1.
      strictSingleValueFields: false,
    },
    // Who leaves a page takes all of its requests back at once.
    resets: { burst: 2 * maxStreams, perSecond: maxStreams / 5 },
    controlFrames,
    idleMs: limits.keepAliveTimeoutMs,
    firstRequestMs: limits.headersTimeoutMs,
    sendMs: limits.sendTimeoutMs,
  }
}
