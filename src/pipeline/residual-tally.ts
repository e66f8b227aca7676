import type { Clock } from '../clock.ts'
import type { Assignment } from '../cohort/assignment.ts'
import { readCookie } from '../cohort/cookie.ts'
import { isSessionId, sessionCookie } from '../cohort/sticky-key.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { type ControlPlane, residualPeriodMs } from '../fleet/planes.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { type ClientName, createClientName, plainName } from '../residual/client-name.ts'
import { addTo, createSketch } from '../residual/distinct.ts'
import { none, other, type ResidualReason, type ResidualRow } from '../residual/row.ts'
import type { LiveRoute } from './live-route.ts'

export interface ResidualTallyDeps {
  readonly clock: Clock
  /** In force. */
  readonly snapshot: () => Snapshot
  readonly control: Pick<ControlPlane, 'stayed'>
}

/** Rows in one report; beyond them whoever comes is told of as `(other)`. */
const mostRows = 2000

type Row = { -readonly [Field in keyof ResidualRow]: ResidualRow[Field] }

/** Counts in a worker who still gets V1 where there is a V2, and tells the control plane. */
export function createResidualTally({ clock, snapshot, control }: ResidualTallyDeps) {
  const rows = new Map<string, Row>()
  let known: Snapshot | null = null
  let nameOf: ClientName = () => none
  let property = ''
  let off = true
  let telling = false

  function renew(): void {
    const current = snapshot()
    if (current === known) return
    known = current
    const { days, clientName, segment } = current.process.residual
    off = days === 0
    nameOf = createClientName(clientName)
    property = segment
  }

  function rowFor(
    route: string,
    segment: string,
    client: string,
    reason: ResidualReason,
    at: number,
  ): Row {
    const key = `${route}|${reason}|${segment}|${client}`
    const found = rows.get(key)
    if (found !== undefined) return found
    if (rows.size >= mostRows && client !== other) return rowFor(route, other, other, reason, at)
    const callers = createSketch()
    const row = { route, segment, client, reason, requests: 0, firstAt: at, lastAt: at, callers }
    rows.set(key, row)
    return row
  }

  function saw(
    { config }: LiveRoute,
    { headers }: GatewayRequest,
    caller: Caller,
    reason: ResidualReason,
  ): void {
    renew()
    if (off) return
    const { claims, properties, userId, address } = caller
    const segment = plainName(properties[property]) ?? none
    const at = clock.now()
    const row = rowFor(config.name, segment, nameOf(headers, claims), reason, at)
    row.requests++
    row.lastAt = at
    addTo(row.callers, userId ?? readCookie(headers, sessionCookie, isSessionId) ?? address)
  }

  function report(): void {
    // Until the last one has arrived it goes on adding up here, in the same room.
    if (telling || rows.size === 0) return
    telling = true
    control.stayed([...rows.values()], () => {
      telling = false
    })
    rows.clear()
  }
  const stop = clock.every(residualPeriodMs, report)

  return {
    assigned(
      route: LiveRoute,
      request: GatewayRequest,
      caller: Caller,
      { variant, reason }: Assignment,
    ): void {
      if (variant !== 'v1' || reason === 'v1-only') return
      // V1 is for no other reason than these.
      saw(route, request, caller, reason as ResidualReason)
    },
    /** V1 answered in the place of V2. */
    fellBack(route: LiveRoute, request: GatewayRequest, caller: Caller): void {
      saw(route, request, caller, 'fallback')
    },
    /** Tells the last of what was seen. */
    close(): void {
      stop()
      report()
    },
  }
}

export type ResidualTally = ReturnType<typeof createResidualTally>
