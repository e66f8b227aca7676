import type { Clock } from '../clock.ts'
import {
  randomFlag,
  readTraceParent,
  type SentTrace,
  sampledFlag,
  type TraceParent,
} from './trace-context.ts'

/** Where a request stands in a trace. */
export interface RequestTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** Of the gateway's own span of this request, 16 of them. */
  readonly spanId: string
  /** Of its sender's span; empty where the trace begins here. */
  readonly parentId: string
  /** Whether spans are recorded, here and by whoever follows our word. */
  readonly sampled: boolean
  /** As upstreams are told them. */
  readonly flags: number
  /** `tracestate` of the sender, or empty. */
  readonly state: string
  /** `clock.monotonic()` at its beginning; 0 where it is not sampled. */
  readonly beganAt: number
}

export interface TraceRules {
  /** Of the traces that are ours to choose, those that are recorded, from 0 to 1. */
  readonly share: number
  readonly continues: 'anyone' | 'trusted-proxies'
  readonly newTraceId: () => string
  readonly newSpanId: () => string
  /** From 0 up to 1. */
  readonly chance: () => number
  readonly clock: Clock
}

/** Gives a request its place; `trusted` where its peer is a trusted proxy. */
export type BeginTrace = (sent: SentTrace | null, trusted: boolean) => RequestTrace

/**
 * Continues the traces of others and begins new ones. Whether one is recorded is the word of a trusted proxy,
 * and else our own: a stranger who could choose it could have everything recorded, or nothing of what he does.
 */
export function createBeginTrace(rules: TraceRules): BeginTrace {
  const { share, clock } = rules
  const fromAnyone = rules.continues === 'anyone'
  const picks = () => share === 1 || (share > 0 && rules.chance() < share)

  return (sent, trusted) => {
    const parent: TraceParent | null = trusted || fromAnyone ? readTraceParent(sent) : null
    const sampled = trusted && parent !== null ? (parent.flags & sampledFlag) !== 0 : picks()
    const random = parent === null ? randomFlag : parent.flags & randomFlag
    return {
      traceId: parent === null ? rules.newTraceId() : parent.traceId,
      spanId: rules.newSpanId(),
      parentId: parent === null ? '' : parent.spanId,
      sampled,
      flags: sampled ? random | sampledFlag : random,
      state: parent === null ? '' : parent.state,
      beganAt: sampled ? clock.monotonic() : 0,
    }
  }
}
