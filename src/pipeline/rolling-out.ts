import type { Clock } from '../clock.ts'
import { movableStrategies } from '../config/movable-strategy.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { createWebhookCalls } from '../fleet/announce/webhook-calls.ts'
import type { LatchKeeper } from '../fleet/latch/latch-keeper.ts'
import { createRolloutKeeper } from '../fleet/rollout/rollout-keeper.ts'
import { createRolloutMemory } from '../fleet/rollout/rollout-memory.ts'
import type { RolledOut } from '../fleet/rollout/rollout-report.ts'
import { createUnleashDoor } from '../fleet/rollout/unleash-door.ts'
import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { FlagDoor } from '../rollout/flag-door.ts'
import { rolloutInWords } from '../rollout/in-words.ts'
import { newsInWords, wordInWords } from '../rollout/news-in-words.ts'
import { isNobody } from '../rollout/percent.ts'
import { stageAt } from '../rollout/requirement.ts'
import { stageLine } from '../rollout/stage-line.ts'
import { nextOf, step } from '../rollout/step.ts'
import { refusalOf } from '../rollout/word.ts'
import type { createControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Experimenting } from './experimenting.ts'
import { createFileDoor } from './file-door.ts'
import type { Gates } from './gates.ts'
import type { createJudging } from './judging.ts'
import type { Stores } from './open-stores.ts'

export interface RollingOutDeps {
  readonly machine: string
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: ReturnType<typeof createControlMetrics>
  readonly stores: Stores
  readonly audit: WriteAudit
  readonly snapshot: () => Snapshot
  readonly keeper: Pick<LatchKeeper, 'stateOf'>
  readonly gates: Gates
  readonly experiments: Pick<Experimenting, 'reports'>
  readonly judging: Pick<ReturnType<typeof createJudging>, 'takeLive'>
}

/** Takes the rollouts of a snapshot on, through the door to where its flags are. */
export function createRollingOut(deps: RollingOutDeps) {
  const { clock, stores, snapshot, metrics } = deps
  const closing = new AbortController()
  const webhooks = createWebhookCalls({
    ...{ machine: deps.machine, clock, log: deps.log },
    webhooks: () => snapshot().process.webhooks,
    count: result => metrics.announcements.inc({ step: 'webhook', result }),
  })
  let door: { readonly key: string; readonly to: FlagDoor } | null = null

  function doorNow(): FlagDoor {
    const config = snapshot().process.unleash?.admin ?? null
    const key = JSON.stringify(config)
    if (door?.key !== key) {
      const signal = closing.signal
      const to =
        config === null
          ? createFileDoor(snapshot)
          : createUnleashDoor({ config, clock, movable: movableStrategies, signal })
      door = { key, to }
    }
    return door.to
  }

  /** Flags by name, each once: the rules of a configuration allow one rollout for each. */
  function rolledOut(): readonly RolledOut[] {
    const found = new Map<string, RolledOut>()
    const { routes } = snapshot()
    for (const { flag, v2, rules } of routes) {
      if (flag === undefined || v2 === undefined || rules.rollout === null) continue
      // Routes that share the flag may have other policies.
      const isShadowed = routes.some(
        each => each.flag === flag && (each.rules.shadow?.share ?? 0) > 0,
      )
      found.set(flag, { flag, rule: rules.rollout, isShadowed })
    }
    return [...found.values()]
  }

  const rollouts = createRolloutKeeper({
    ...deps,
    rules: {
      ...{ step, stageAt, nextOf, isNobody, refusalOf, stageLine },
      ...{ inWords: rolloutInWords, newsInWords, wordInWords },
    },
    memory: createRolloutMemory(stores.local, stores.shared),
    leads: stores.leader.leads,
    rolledOut,
    door: doorNow,
    gateOf: (flag, isLive) => deps.gates.of(flag, null, isLive),
    experiments: deps.experiments.reports,
    latchOf: deps.keeper.stateOf,
    takeRequests: deps.judging.takeLive,
    announce: (text, rollout) => webhooks.tell(text, { event: 'rollout', rollout }),
    onStep: metrics.rollout.stepped,
    onEnd: metrics.rollout.ended,
    signal: closing.signal,
  })

  return {
    reports: rollouts.reports,
    say: rollouts.say,
    async close(): Promise<void> {
      closing.abort()
      await rollouts.close()
      await webhooks.close()
    },
  }
}

export type RollingOut = ReturnType<typeof createRollingOut>
