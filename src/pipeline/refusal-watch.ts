import type { Clock } from '../clock.ts'
import type { Refusal } from '../errors.ts'
import { type ControlPlane, countsPeriodMs } from '../fleet/planes.ts'
import type { HandshakeFailure } from '../ingress/handshake-failure.ts'
import { clientNetwork, plainAddress } from '../ingress/peers.ts'
import { kindOfHandshake } from '../security/handshake-kinds.ts'
import { type Detail, kindOf } from '../security/kinds.ts'
import { createTally } from '../security/tally.ts'

export interface RefusalWatchDeps {
  readonly clock: Clock
  readonly control: Pick<ControlPlane, 'refused'>
}

/** Counts refusals that may be part of a security event, and tells the control plane. */
export function createRefusalWatch({ clock, control }: RefusalWatchDeps) {
  const tally = createTally(clientNetwork)

  function report(): void {
    const counts = tally.take()
    if (counts !== null) control.refused(counts)
  }

  const stop = clock.every(countsPeriodMs, report)

  return {
    /** `address` of the client; undefined where its connection is gone already. */
    refused(refusal: Refusal, detail: Detail | undefined, address: string | undefined): void {
      const kind = kindOf(refusal, detail)
      if (kind !== null) tally.saw(kind, plainAddress(address))
    },
    /** `address` as above; a handshake has no headers, so it is the peer's. */
    handshakeFailed(reason: HandshakeFailure, address: string | undefined): void {
      const kind = kindOfHandshake[reason]
      if (kind !== null) tally.saw(kind, plainAddress(address))
    },
    close(): void {
      stop()
      report()
    },
  }
}

export type RefusalWatch = ReturnType<typeof createRefusalWatch>
