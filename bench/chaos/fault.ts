import type { RedisServer } from '../failover/redis.ts'
import type { Scene as BasicScene } from '../failover/scene.ts'
import type { Rule } from './rules.ts'

/** What a fault is made in. */
export interface Scene extends BasicScene {
  /** Null where the fault needs none. */
  readonly redis: RedisServer | null
  readonly unleash: UnleashPart | null
  /** Tells of something beside the requests that was worse than it may be. */
  readonly note: (what: string) => void
}

export interface UnleashPart {
  signal(name: NodeJS.Signals): void
}

/** One thing that goes wrong while clients ask, and what they may notice of it. */
export interface Fault {
  readonly name: string
  /** What is done, in a sentence without its full stop. */
  readonly what: string
  /** Rows of docs/behaviours.md that it is held to; empty where none is about it. */
  readonly rows: readonly string[]
  /** YAML lines of the policy beside those that all have. */
  readonly policy?: string
  readonly needs?: readonly ('redis' | 'unleash' | 'fixed-port')[]
  /** What V1 and V2 do before. */
  readonly before?: 'slow'
  readonly make: (scene: Scene) => Promise<unknown>
  /** Takes it back after a while; absent where it stays. */
  readonly undo?: (scene: Scene) => Promise<unknown>
  /** What clients may notice. */
  readonly rules: readonly Rule[]
}
