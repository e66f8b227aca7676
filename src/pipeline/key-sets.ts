import type { Clock } from '../clock.ts'
import type { IssuerRule, KeysPlace } from '../config/auth-rule.ts'
import { keySetProblem } from '../config/key-set-rules.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { fixedKeySet, type KeySet } from '../identity/key-set.ts'
import {
  createRemoteKeySet,
  type KeySetEvent,
  type RemoteKeySet,
} from '../identity/remote-key-set.ts'

export interface KeySetsDeps {
  readonly clock: Clock
  readonly onEvent: (event: KeySetEvent) => void
  /** The issuers of a snapshot whose keys are wanted. */
  readonly issuersOf: (snapshot: Snapshot) => readonly IssuerRule[]
}

/** Keys of an address, for whoever wants to know how old they are. */
export interface KeySetStatus {
  readonly jwks: string
  /** Null while there are none. */
  readonly ageSeconds: number | null
}

/** How often it is looked whether a fetch is due, in milliseconds. */
const tickMs = 1000

/**
 * Holds the key sets in force: one for each address, whatever number of routes name it. They outlive
 * reloads that leave their address alone; what files hold comes with each snapshot.
 */
export function createKeySets({ clock, onEvent, issuersOf }: KeySetsDeps) {
  let held: ReadonlyMap<string, RemoteKeySet> = new Map()
  const stopTicking = clock.every(tickMs, () => {
    for (const each of held.values()) each.tick()
  })

  return {
    /** Begins to fetch what a snapshot needs and is not there yet, and waits at most `jwks.waitMs` for it. */
    async prepare(snapshot: Snapshot) {
      const settings = snapshot.process.jwks
      const wanted = new Map<string, RemoteKeySet>()
      const opened: RemoteKeySet[] = []
      for (const url of addressesIn(issuersOf(snapshot))) {
        let keySet = held.get(url)
        if (keySet === undefined) {
          const problemOf = (text: string) => keySetProblem(text, [])
          keySet = createRemoteKeySet({ url, settings, clock, problemOf, onEvent })
          opened.push(keySet)
        }
        wanted.set(url, keySet)
      }
      await Promise.all(opened.map(keySet => keySet.more()))
      return {
        /** The keys that an issuer of this snapshot names. */
        keySetAt(place: KeysPlace): KeySet {
          if ('file' in place)
            return fixedKeySet(JSON.parse(snapshot.keySets[place.file] as string))
          return wanted.get(place.url) as RemoteKeySet
        },
        commit(): void {
          for (const [url, keySet] of held) if (!wanted.has(url)) keySet.close()
          for (const keySet of wanted.values()) keySet.follow(settings)
          held = wanted
        },
        discard(): void {
          for (const keySet of opened) keySet.close()
        },
      }
    },
    status: (): KeySetStatus[] =>
      [...held].map(([jwks, keySet]) => ({ jwks, ageSeconds: keySet.ageSeconds() })),
    close(): void {
      stopTicking()
      for (const keySet of held.values()) keySet.close()
    },
  }
}

function addressesIn(issuers: readonly IssuerRule[]): Set<string> {
  return new Set(issuers.flatMap(({ keys }) => ('url' in keys ? keys.url : [])))
}

/** Those that the policies of routes name. */
export function issuersOfRoutes({ routes }: Snapshot): readonly IssuerRule[] {
  return routes.flatMap(({ rules }) => (rules.auth === 'public' ? [] : rules.auth.issuers))
}

export type KeySets = ReturnType<typeof createKeySets>
