import type { ProcessConfig } from '../../config/schema-process.ts'
import type { LinkedRoute, Snapshot } from '../../config/snapshot.ts'
import { exampleFlag, exampleRoute } from './example.ts'
import type { DemoPorts } from './ports.ts'

type UnleashConfig = NonNullable<ProcessConfig['unleash']>

export interface DemoPlaces {
  readonly ports: DemoPorts
  /** Directory of the store, gone when the demo ends: a switch back would else outlive it. */
  readonly storeDir: string
  /** The files are the demo's own, and so is what they lead to: a rollout may move the percentage there. */
  readonly ownsFiles: boolean
}

/**
 * The demo's own addresses over a configuration, so that the files, which the user is about to edit,
 * stay as they are: loopback only, sample upstreams behind every route, a screen without a log. What
 * happens in a demo stays in it: nobody is told of a switch back, no flag is turned off in an Unleash that
 * is not the demo's own.
 * Throws for a configuration without the route and flag that the demo shows.
 */
export function overlay(snapshot: Snapshot, places: DemoPlaces): Snapshot {
  const { ports, storeDir, ownsFiles } = places
  const route = snapshot.routes.find(({ name }) => name === exampleRoute)
  if (route?.v2 === undefined || route.flag !== exampleFlag) {
    throw new Error(`routes/${exampleRoute}.yaml must have a v2 and the flag ${exampleFlag}.`)
  }
  const { process, routes } = snapshot
  const { unleash, ...rest } = process
  return {
    ...snapshot,
    listenTls: null,
    adminTls: null,
    process: {
      ...rest,
      ...(unleash === undefined ? {} : { unleash: ownsFiles ? unleash : readOnly(unleash) }),
      listen: { host: '127.0.0.1', port: ports.gateway, http2: false },
      admin: {
        ...{ host: '127.0.0.1', port: ports.admin, tokens: ownsFiles ? process.admin.tokens : [] },
        session: process.admin.session,
      },
      // The traffic has stopped before the gateway does: there is nobody to wait for.
      drain: { delayMs: 0, lingerMs: 0, graceMs: 2000 },
      log: { level: 'warn', access: false },
      // The demo reads the one worker that is in its own process.
      workers: 1,
      store: { ...alone(process.store), dir: storeDir },
      webhooks: [],
    },
    routes: routes.map(each => withSamples(ownsFiles ? each : asItStands(each), ports)),
  }
}

function alone({ redis: _, ...store }: ProcessConfig['store']): ProcessConfig['store'] {
  return store
}

function readOnly({ admin: _, ...unleash }: UnleashConfig): UnleashConfig {
  return unleash
}

/** Without the rollout, which would write into files that are the user's. */
function asItStands(route: LinkedRoute): LinkedRoute {
  return { ...route, rules: { ...route.rules, rollout: null } }
}

function withSamples(route: LinkedRoute, { v1, v2 }: DemoPorts): LinkedRoute {
  return {
    ...route,
    // By which the traffic knows whom V1 answered in the place of V2.
    decisionHeader: true,
    v1: sample(v1),
    ...(route.v2 === undefined ? {} : { v2: sample(v2) }),
  }
}

function sample(port: number): LinkedRoute['v1'] {
  return { url: `http://127.0.0.1:${port}`, hostHeader: 'preserve' }
}
