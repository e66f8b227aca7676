import type {
  KnownBy,
  PlacesStatus,
  PlaneStatus,
  RouteStatus,
  WorkerLatch,
  WorkerProcessStatus,
} from '../../fleet/planes.ts'
import type { SheddingStatus } from '../../limits/shedding.ts'
import type { CopyCounts, ShadowStatus } from '../../shadow/account.ts'
import type { OriginStatus } from '../../upstream/origin-status.ts'
import { flagSourceFields } from './assignment-answers.ts'
import { latchState } from './latch-answers.ts'
import {
  anything,
  count,
  countsOf,
  fieldsOf,
  listOf,
  moment,
  named,
  number,
  orNull,
  type SchemaOf,
  text,
  truth,
  words,
} from './schema-of.ts'

export const heldFlags = named<NonNullable<PlaneStatus['flags']>>('HeldFlags', {
  ...flagSourceFields,
  flags: listOf(anything),
})

const origin = named<OriginStatus>('Origin', {
  origin: text,
  inFlight: count,
  health: words({ unchecked: true, healthy: true, unhealthy: true }),
  lastCheck: orNull(text),
  ejected: truth,
  breaker: orNull(words({ closed: true, open: true, 'half-open': true })),
})

const places = orNull(fieldsOf<PlacesStatus>({ taken: count, limit: count }))

const copies = fieldsOf<CopyCounts>({
  eligible: count,
  sent: count,
  dropped: countsOf<CopyCounts['dropped']>(),
  failed: countsOf<CopyCounts['failed']>(),
})

const stickyKeys: SchemaOf<KnownBy['stickyKey']> = {
  type: 'array',
  items: words({ user: true, cookie: true, address: true }),
}

const route = named<RouteStatus>('RouteInWorker', {
  route: text,
  flag: orNull(text),
  knownBy: fieldsOf<KnownBy>({
    user: truth,
    properties: listOf(text),
    stickyKey: stickyKeys,
  }),
  v1: listOf(origin),
  v2: listOf(origin),
  places: fieldsOf<RouteStatus['places']>({ requests: places, websockets: places }),
  shadow: orNull(
    fieldsOf<ShadowStatus>({ shadow: copies, noise: copies, inFlight: count, bytes: count }),
  ),
})

const shedding = fieldsOf<SheddingStatus>({
  maxLagMs: number,
  lagMs: number,
  finding: words({ late: true, easing: true, 'in-time': true }),
  percent: number,
  since: orNull(moment),
})

export const workerStatus = named<PlaneStatus>('Worker', {
  pid: count,
  configVersion: text,
  flags: orNull(heldFlags),
  routes: listOf(route),
  latches: listOf(
    fieldsOf<WorkerLatch>({ state: latchState, takenAt: moment, lastV2At: orNull(moment) }),
  ),
  websocketsOpen: fieldsOf<PlaneStatus['websocketsOpen']>({ v1: count, v2: count }),
  shedding: orNull(shedding),
  rateLimits: orNull(words({ memory: true, redis: true, share: true, floor: true })),
})

export const workerProcess = named<WorkerProcessStatus>('WorkerProcess', {
  id: count,
  pid: count,
  state: words({ starting: true, ready: true, unresponsive: true, leaving: true }),
  aliveMs: number,
})
