import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { lookMs, type RolloutKeeper } from '../../src/fleet/rollout/rollout-keeper.ts'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { oneRoute, realClock, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { lines, plainRequest } from '../support/requests.ts'
import type { UnleashServer } from '../support/unleash-server.ts'

type RolloutReport = ReturnType<RolloutKeeper['reports']>[number]

/** Real time, in which rollouts are looked at more often. */
export const hurried: Clock = {
  ...realClock,
  every: (periodMs, tick) => realClock.every(periodMs === lookMs ? 100 : periodMs, tick),
}

interface FlagInUnleash {
  readonly enabled: boolean
  readonly strategies: readonly {
    readonly id: string
    readonly title?: string
    readonly parameters: { readonly rollout: string }
  }[]
}

/** Flags in a real Unleash, as a person sees and moves them on its own page. */
export function flagsOf(unleash: UnleashServer) {
  const pathOf = (flag: string) => `/projects/default/features/${flag}/environments/development`

  async function inUnleash(flag: string): Promise<FlagInUnleash> {
    return (await unleash.admin('GET', pathOf(flag))) as FlagInUnleash
  }

  return {
    inUnleash,
    /** In which V2 has nobody yet. */
    async newFlag(name: string): Promise<void> {
      const parameters = { rollout: '0', stickiness: 'default', groupId: name }
      await unleash.setFlag({
        name,
        enabled: true,
        strategies: [{ name: 'flexibleRollout', parameters, constraints: [] }],
      })
    },
    async moveByHand(flag: string, percent: number, title?: string): Promise<void> {
      const { strategies } = await inUnleash(flag)
      const strategy = strategies.find(each => title === undefined || each.title === title)
      assert.ok(strategy)
      const { id, ...rest } = strategy
      const parameters = { ...strategy.parameters, rollout: String(percent) }
      await unleash.admin('PUT', `${pathOf(flag)}/strategies/${id}`, { ...rest, parameters })
    },
  }
}

/** What a gateway needs to roll a flag of `unleash` out, with a V2 that can be made to fail. */
export async function filesFor(
  t: TestContext,
  unleash: UnleashServer,
  flag: string,
  stages: string,
  more: { readonly process?: string; readonly route?: string } = {},
) {
  const v1 = await startUpstream(t, 'v1')
  const state = { fails: false }
  const v2 = await startUpstream(t, 'v2', (_, response) => {
    response.writeHead(state.fails ? 500 : 200).end('v2')
  })
  const policy = `budgets: [{ signal: errors, max: 5%, minRequests: 20 }]\nrollout: { start: automatic, approve: automatic, stages: ${stages} }\n`
  const route = more.route ?? ''
  const { 'flags/v2.json': _, ...files } = oneRoute({ v1: v1.url, v2: v2.url, policy, route })
  const unleashConfig = `
unleash:
  url: ${unleash.url}
  token: "${unleash.clientToken}"
  refreshIntervalMs: 100
  admin: { url: "${unleash.url}/admin", token: "${unleash.adminToken}", environment: development }
`
  return {
    state,
    files: {
      ...files,
      'routes/main.yaml': `${files['routes/main.yaml']}`.replace('flag: v2', `flag: ${flag}`),
      'switchback.yaml': `${testProcess}${unleashConfig}${more.process ?? ''}`,
    },
  }
}

/** What clients and operators ask of a gateway, wherever it runs. */
export function asking(port: number, adminPort: number, flag: string) {
  const at = async (path: string) => (await fetch(`http://127.0.0.1:${adminPort}${path}`)).json()
  let user = 0
  const rollout = async () => (await at(`/rollouts/${flag}`)) as RolloutReport
  return {
    rollout,
    audit: async () =>
      ((await at('/audit?limit=1000')) as { records: AuditRecord[] }).records.filter(
        ({ event }) => event.startsWith('rollout-') || /^(latch|unleash)-/.test(event),
      ),
    leads: async () => ((await at('/status')) as { stores: { leads: boolean } }).stores.leads,
    /** Sends clients until it is so. */
    async until(isSo: (report: RolloutReport) => boolean | Promise<boolean>) {
      for (;;) {
        for (let i = 0; i < 10; i++) {
          await sendRaw(port, plainRequest('/', lines(`x-user-id: user-${user++}`)))
        }
        const report = await rollout()
        if (await isSo(report)) return report
      }
    },
  }
}
