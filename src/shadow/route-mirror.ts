import type { Clock } from '../clock.ts'
import type { Variant } from '../cohort/assignment.ts'
import type { ShadowRule } from '../config/shadow-rule.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { LinkedSet } from '../linked-set.ts'
import type { PlainOrigins } from '../upstream/plain-origins.ts'
import type { TimeLimits } from '../upstream/time-limits.ts'
import type { Account, DropReason } from './account.ts'
import type { Comparer } from './comparer.ts'
import {
  type CopyHeads,
  createCopyHeads,
  isCopy,
  isSafe,
  type LiveCredentials,
} from './copy-headers.ts'
import type { CopyQueue } from './copy-queue.ts'
import type { TraceCopy } from './copy-trace.ts'
import type { Keeping } from './kept-bytes.ts'
import type { ShadowLimits } from './limits.ts'
import { MirroredRequest } from './mirrored-request.ts'
import type { CopyKind } from './pair.ts'
import type { PieceTurns } from './piece-turns.ts'
import type { Share } from './share.ts'

export interface RouteMirrorParts {
  readonly route: string
  /** See `RouteReport`. */
  readonly basis: string
  /** Path prefix of the route. */
  readonly matchPath: string
  readonly rule: ShadowRule
  readonly connectTimeoutMs: number
  /** Of the route's flag; null where none decides. */
  readonly latch: { readonly tripped: boolean } | null
  /** Whether requests are refused for want of time: a copy is less important than any. */
  readonly isOverloaded: () => boolean
  readonly origins: Readonly<Record<Variant, PlainOrigins>>
  readonly asLive: LiveCredentials
  /** These four outlive a reload that leaves the route alone. */
  readonly shadowShare: Share
  readonly noiseShare: Share
  readonly limits: ShadowLimits
  readonly account: Account
  readonly clock: Clock
  readonly timeLimits: TimeLimits
  readonly queue: CopyQueue
  readonly pieceTurns: PieceTurns
  readonly traceCopy: TraceCopy
  readonly comparer: Comparer
}

const onlyShadow: readonly CopyKind[] = ['shadow']
const onlyNoise: readonly CopyKind[] = ['noise']
const both: readonly CopyKind[] = ['shadow', 'noise']

/** Copies the requests of one route, under one snapshot. */
export class RouteMirror {
  readonly parts: RouteMirrorParts
  readonly heads: CopyHeads
  readonly keeping: Keeping
  readonly #methods: ReadonlySet<string>
  readonly #mirrored = new LinkedSet<MirroredRequest>()
  #whenIdle: PromiseWithResolvers<void> | null = null
  #stopped = false

  constructor(parts: RouteMirrorParts) {
    const { rule, limits, account } = parts
    this.parts = parts
    this.heads = createCopyHeads(rule, parts.asLive)
    this.keeping = {
      blocks: limits.blocks,
      bytes: limits.bytes,
      account,
      maxBodyBytes: rule.maxBodyBytes,
    }
    this.#methods = new Set(rule.methods)
  }

  /** Who listens to a request that `variant` is to answer; null for one that is not copied. */
  mirror(request: GatewayRequest, variant: Variant): MirroredRequest | null {
    const { method } = request
    if (this.#stopped || !this.#methods.has(method) || isCopy(request)) return null
    const { shadowShare, noiseShare } = this.parts
    const shadow = shadowShare.picks()
    const noise = variant === 'v1' && isSafe(method) && noiseShare.picks()
    if (!shadow && !noise) return null
    const kinds = shadow ? (noise ? both : onlyShadow) : onlyNoise
    const mirrored = new MirroredRequest(this, request, kinds)
    if (!mirrored.isDue) return null
    this.#mirrored.add(mirrored)
    return mirrored
  }

  /** Takes a place among the copies under way; returns why there is none. */
  enterSlot({ method }: GatewayRequest, to: Variant): DropReason | null {
    const { latch, limits, account, isOverloaded } = this.parts
    if (isOverloaded()) return 'overloaded'
    // Safe ones go on, so that one can see V2 recover.
    if (to === 'v2' && latch?.tripped === true && !isSafe(method)) return 'switched-back'
    if (!limits.slots.take(1)) return 'in-flight'
    account.inFlight++
    return null
  }

  leaveSlot(): void {
    this.parts.limits.slots.give(1)
    this.parts.account.inFlight--
  }

  forget(mirrored: MirroredRequest): void {
    this.#mirrored.delete(mirrored)
    if (this.#mirrored.size === 0) this.#whenIdle?.resolve()
  }

  /** Resolves when nothing of what it copied is under way any more; asked once no request can come. */
  idle(): Promise<void> {
    if (this.#mirrored.size === 0) return Promise.resolve()
    this.#whenIdle ??= Promise.withResolvers<void>()
    return this.#whenIdle.promise
  }

  /** Ends what is under way. */
  stop(): void {
    this.#stopped = true
    for (const mirrored of this.#mirrored.all()) mirrored.stop()
  }
}
