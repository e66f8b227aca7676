import { after, type Clock } from '../clock.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import { createFlagBackup } from './flag-backup.ts'
import { createFlagRequest } from './flag-request.ts'
import { changedFlags, type FlagSet } from './flag-set.ts'
import type { FlagSource, FlagSourceEvent, FlagSourceStatus, StreamState } from './flag-source.ts'
import { openFlagStream } from './flag-stream.ts'
import { guardedEvaluation } from './guarded-evaluation.ts'
import { createEvaluator } from './unleash-evaluator.ts'

type UnleashOptions = NonNullable<ProcessConfig['unleash']>

export interface UnleashFlagsDeps {
  /** `backupDir` must be absolute here. */
  readonly config: UnleashOptions
  /** Tells this process from others of the same name in Unleash, such as `<host>-<pid>`. */
  readonly instanceId: string
  readonly clock: Clock
  readonly onEvent: (event: FlagSourceEvent) => void
  /** For one who only asks, not a gateway: counts nothing in Unleash and writes no backup. */
  readonly readOnly: boolean
}

/** Milliseconds from a hint to the poll: many hints at once are one. */
const hintMs = 50

/** Milliseconds between two usage reports, as every Unleash SDK has it. */
const usageIntervalMs = 60_000

/**
 * The flags of an Unleash server. Resolves when there is a state to serve from, within `timeoutMs`
 * plus the reading of a local file, and never rejects: first Unleash, else the backup, else no flags
 * at all, which sends everyone to V1 until Unleash answers.
 */
export async function openUnleashFlags(deps: UnleashFlagsDeps): Promise<FlagSource> {
  const { config, instanceId, clock, onEvent, readOnly } = deps
  const request = createFlagRequest({ ...config, instanceId })
  const backup = createFlagBackup({ ...config, dir: config.backupDir, instanceId })
  const evaluator = createEvaluator(
    readOnly
      ? null
      : {
          ...config,
          instanceId,
          intervalMs: usageIntervalMs,
          onError: error => onEvent({ type: 'usage-not-sent', error }),
        },
  )
  const evaluation = guardedEvaluation(evaluator, onEvent)
  const closing = new AbortController()
  let held: FlagSet = { features: [], segments: [] }
  let from: FlagSourceStatus['from'] = 'nowhere'
  let lastUpdated: number | null = null
  let failures = 0
  let failure: string | null = null

  function hold(set: FlagSet): void {
    held = set
    evaluator.replace(set)
    evaluation.reset()
  }

  async function take(set: FlagSet | null): Promise<void> {
    lastUpdated = clock.now()
    from = 'server'
    if (set !== null) hold(set)
    if (readOnly) return
    await backup
      .write({ savedAt: lastUpdated, set: held })
      .catch((error: Error) => onEvent({ type: 'backup-not-written', error }))
  }

  async function startWithout(error: Error): Promise<void> {
    failures = 1
    failure = error.message
    let backupError: Error | null = null
    const last = await backup.read().catch((cause: Error) => {
      backupError = cause
      return null
    })
    if (last !== null) {
      hold(last.set)
      from = 'backup'
      lastUpdated = last.savedAt
      onEvent({ type: 'ready-from-backup', savedAt: last.savedAt, error })
    } else {
      const state = backupError ? 'unusable' : 'absent'
      onEvent({ type: 'started-empty', backup: state, error, backupError })
    }
  }

  async function refresh(): Promise<void> {
    const before = held
    let set: FlagSet | null
    try {
      set = await request(closing.signal)
    } catch (cause) {
      if (closing.signal.aborted) return
      const error = explained(cause)
      failure = error.message
      failures += 1
      if (failures === 1) onEvent({ type: 'refresh-failed', error })
      return
    }
    const recovered = failures
    failures = 0
    failure = null
    if (set !== null || recovered > 0) await take(set)
    else lastUpdated = clock.now()
    if (recovered > 0) onEvent({ type: 'refresh-recovered', failures: recovered })
    const flags = set === null ? [] : changedFlags(before, set)
    if (flags.length > 0) onEvent({ type: 'changed', flags })
  }

  try {
    await take(await request(closing.signal))
    onEvent({ type: 'ready-from-server', flags: held.features.length })
  } catch (cause) {
    await startWithout(explained(cause))
  }

  let running: Promise<void> | null = null
  function poll(): void {
    running ??= refresh().finally(() => {
      running = null
    })
  }
  const stop = clock.every(config.refreshIntervalMs, poll)

  let isHinted = false
  /** Polls soon, and once for all hints until then; what was asked before a hint may be from before the change. */
  function hint(): void {
    if (isHinted) return
    isHinted = true
    after(clock, hintMs, pollAfterOther)
  }
  function pollAfterOther(): void {
    if (closing.signal.aborted) return
    if (running !== null) {
      void running.then(pollAfterOther)
      return
    }
    isHinted = false
    poll()
  }

  let streaming: StreamState = config.streaming && !readOnly ? 'opening' : 'off'
  let toldOfStream = ''
  const stream =
    streaming === 'off'
      ? null
      : openFlagStream({
          ...{ config, instanceId, clock },
          onHint: hint,
          onState(state, why) {
            streaming = state
            if (`${state} ${why}` === toldOfStream) return
            toldOfStream = `${state} ${why}`
            onEvent(
              why === null ? { type: 'stream-open' } : { type: 'stream-not-open', state, why },
            )
          },
        })

  return {
    kind: 'unleash',
    isEnabled: evaluation.isEnabled,
    feature: evaluator.feature,
    trace: evaluator.trace,
    held: () => held,
    status: () => ({
      kind: 'unleash',
      ready: from !== 'nowhere',
      from,
      lastUpdated,
      failure,
      stream: streaming,
    }),
    async close() {
      stop()
      stream?.close()
      closing.abort()
      await running
      // Against a server known to be down, the last counts would only hold up the shutdown.
      if (failure === null) await evaluator.sendUsage()
      evaluator.close()
    },
  }
}

/** fetch hides why it failed ("fetch failed") one level down. */
function explained(cause: unknown): Error {
  const error = cause as Error
  const reason = error.cause instanceof Error ? error.cause : null
  if (!reason) return error
  const detail = reason.message || (reason as NodeJS.ErrnoException).code
  return new Error(`${error.message}: ${detail}`, { cause: error })
}
