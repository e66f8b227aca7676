import type { LinkedRoute, Snapshot } from '../../config/snapshot.ts'
import { exampleFlag, exampleRoute } from './example.ts'
import type { DemoPorts } from './ports.ts'

/**
 * The demo's own addresses over a configuration, so that the files, which the user is about to edit,
 * stay as they are: loopback only, sample upstreams behind every route, a screen without a log.
 * Throws for a configuration without the route and flag that the demo shows.
 */
export function overlay(snapshot: Snapshot, ports: DemoPorts): Snapshot {
  const route = snapshot.routes.find(({ name }) => name === exampleRoute)
  if (route?.v2 === undefined || route.flag !== exampleFlag) {
    throw new Error(`routes/${exampleRoute}.yaml must have a v2 and the flag ${exampleFlag}.`)
  }
  const { process, routes } = snapshot
  return {
    ...snapshot,
    process: {
      ...process,
      listen: { host: '127.0.0.1', port: ports.gateway },
      admin: { host: '127.0.0.1', port: ports.admin },
      // The traffic has stopped before the gateway does: there is nobody to wait for.
      drain: { delayMs: 0, lingerMs: 0, graceMs: 2000 },
      log: { level: 'warn', access: false },
    },
    routes: routes.map(each => withSamples(each, ports)),
  }
}

function withSamples(route: LinkedRoute, { v1, v2 }: DemoPorts): LinkedRoute {
  return {
    ...route,
    v1: sample(v1),
    ...(route.v2 === undefined ? {} : { v2: sample(v2) }),
  }
}

function sample(port: number): LinkedRoute['v1'] {
  return { url: `http://127.0.0.1:${port}`, hostHeader: 'preserve' }
}
