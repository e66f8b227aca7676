import type { Clock } from '../clock.ts'
import type { RevocationFault } from '../fleet/revocation/read-revocation.ts'
import type { Logger } from './log.ts'

/** Milliseconds between two lines about the same field. */
const quietMs = 60_000

/** Tells what becomes of revocations; of bad records once a minute for a field, with how many there were. */
export function createRevocationLog(log: Logger, clock: Clock, maxEntries: number) {
  const told = new Map<string, { at: number; untold: number }>()

  return {
    /** A field name may be anybody's: no more of them than the reader shows. */
    bad(fault: RevocationFault, id: string, store: string): void {
      const now = clock.monotonic()
      for (const [field, { at }] of told) if (now - at >= quietMs * 2) told.delete(field)
      const last = told.get(fault.field)
      if (last !== undefined && now - last.at < quietMs) {
        last.untold++
        return
      }
      told.set(fault.field, { at: now, untold: 0 })
      log.error(
        { ...fault, store, id, since: last?.untold ?? 0, event: 'bad-record' },
        'a revocation could not be read and is left out: the token that it means still passes',
      )
    },
    waiting(isWaiting: boolean): void {
      if (isWaiting) {
        log.error(
          { maxEntries, event: 'revocations-full' },
          'there is no room for further revocations: raise revocation.maxEntries, or those tokens pass',
        )
      } else {
        log.info({ event: 'revocations-have-room' }, 'all revocations have room again')
      }
    },
  }
}
