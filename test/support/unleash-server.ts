import { type RealUnleash, startRealUnleash } from '../../src/cli/demo/unleash/real-unleash.ts'
import type { FlagStrategy } from '../../src/cohort/flag-source.ts'

/** The wanted state of a flag in the environment `development`. */
export interface WantedFlag {
  readonly name: string
  readonly enabled: boolean
  readonly strategies: readonly FlagStrategy[]
}

export interface UnleashServer extends RealUnleash {
  /** Base address of the API, for `unleash.url`. The same after a restart. */
  readonly url: string
  /** Makes the flag if need be and brings it to the wanted state, strategy by strategy. */
  setFlag(flag: WantedFlag): Promise<void>
}

/**
 * A real Unleash on a real Postgres. Its processes end with this one, also when a test fails to call
 * `stop` or the test runner is killed.
 */
export async function startUnleash(): Promise<UnleashServer> {
  const unleash = await startRealUnleash({
    adminToken: '*:*.test-admin-token',
    clientToken: '*:development.test-client-token',
    port: 0,
  })
  return {
    ...unleash,
    url: `${unleash.origin}/api`,
    setFlag: flag => bringToState(unleash.admin, flag),
  }
}

/** Strategies are changed in place, since a flag without any is on for everyone. */
async function bringToState(admin: UnleashServer['admin'], flag: WantedFlag): Promise<void> {
  const features = '/projects/default/features'
  const environment = `${features}/${flag.name}/environments/development`
  await admin('GET', `${features}/${flag.name}`).catch(() =>
    admin('POST', features, { name: flag.name, type: 'release' }),
  )
  const present = (await admin('GET', `${environment}/strategies`)) as { id: string }[]
  for (const [index, strategy] of flag.strategies.entries()) {
    const old = present[index]
    if (old) await admin('PUT', `${environment}/strategies/${old.id}`, strategy)
    else await admin('POST', `${environment}/strategies`, strategy)
  }
  for (const { id } of present.slice(flag.strategies.length)) {
    await admin('DELETE', `${environment}/strategies/${id}`)
  }
  await admin('POST', `${environment}/${flag.enabled ? 'on' : 'off'}`)
}
