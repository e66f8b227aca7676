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
type Rows = Map<string, Map<ResidualReason, Map<string, Map<string, Row>>>>

/** Counts in a worker who still gets V1 where there is a V2, and tells the control plane. */
export function createResidualTally({ clock, snapshot, control }: ResidualTallyDeps) {
  /** By route, reason, client and segment: names that are texts already, and none put together for a request. */
  let rows: Rows = new Map()
  let taken: Row[] = []
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
    const found = rows.get(route)?.get(reason)?.get(client)?.get(segment)
    if (found !== undefined) return found
    if (taken.length >= mostRows && client !== other) return rowFor(route, other, other, reason, at)
    const callers = createSketch()
    const row = { route, segment, client, reason, requests: 0, firstAt: at, lastAt: at, callers }
    const ofReason = below(below(rows, route), reason)
    below(ofReason, client).set(segment, row)
    taken.push(row)
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
    if (telling || taken.length === 0) return
    telling = true
    control.stayed(taken, () => {
      telling = false
    })
    rows = new Map()
    taken = []
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

/** What is under a name, made with the first that is. */
function below<Name, Name2, Value>(
  all: Map<Name, Map<Name2, Value>>,
  name: Name,
): Map<Name2, Value> {
  const own = all.get(name) ?? new Map<Name2, Value>()
  all.set(name, own)
  return own
}

export type ResidualTally = ReturnType<typeof createResidualTally>
