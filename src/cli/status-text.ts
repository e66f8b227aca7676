import type { CertificateStatus } from '../fleet/certificate-status.ts'
import type { GatewayStatus, LatchReport } from '../fleet/gateway-status.ts'
import type { RevocationsStatus } from '../fleet/revocation/revocation-keeper.ts'
import type { StoreStatus } from '../fleet/stores/store.ts'
import type { LimiterMode } from '../limits/limiter.ts'
import { experimentRow } from './experiment/experiment-text.ts'
import { gateRow } from './gate.ts'
import { ago, moment } from './moment.ts'
import { originRows } from './origin-rows.ts'
import { printable } from './printable.ts'
import { rolloutRow } from './rollout/rollout-text.ts'
import { securityLine } from './security-line.ts'
import { shadowLines } from './shadow-lines.ts'
import { table } from './table.ts'

const limiterInWords: Readonly<Record<LimiterMode, string>> = {
  memory: 'each worker for itself',
  redis: 'all machines together',
  share: 'REDIS IS OUT OF REACH, a share for each worker',
  floor: 'REDIS IS OUT OF REACH, half a share for each worker',
}

/** The status as a person reads it at 3 a.m.: what is wrong, since when and why comes first. */
export function statusText(status: GatewayStatus): string[] {
  const { machine, at, ready, config, latches, verdicts, workers, processes, stores } = status
  const { gates, rollouts, experiments, shadows, overloads, certificates, security } = status
  const lines = [
    `${machine}  ${ready ? 'ready' : 'NOT READY'}  configuration ${config.version}  ${moment(at)}`,
  ]
  if (config.error !== null) lines.push(`the files on disk are REFUSED: ${config.error}`)

  for (const text of overloads) lines.push(`OVERLOADED: ${text}`)
  for (const event of security.lasting) lines.push(securityLine(event, at))

  lines.push('', 'LATCHES')
  if (latches.length === 0) lines.push('  no route has a flag')
  for (const latch of latches) lines.push(...latchLines(latch, at))

  lines.push('', 'VERDICTS')
  if (verdicts.length === 0) lines.push('  no policy has a budget')
  lines.push(
    ...table(
      verdicts.map(({ route, budget, scope, verdict, dryRun, text }) => [
        verdict === 'breach' ? 'BREACH' : verdict,
        route,
        scope === null ? budget : `${budget} (${scope})`,
        printable(dryRun ? `dry run: ${text}` : text),
      ]),
    ),
  )

  if (gates.length > 0) {
    lines.push('', 'GATES')
    lines.push(...table(gates.map(gateRow)))
  }
  if (rollouts.length > 0) {
    lines.push('', 'ROLLOUTS')
    lines.push(...table(rollouts.map(rolloutRow)))
  }
  if (experiments.length > 0) {
    lines.push('', 'EXPERIMENTS')
    lines.push(...table(experiments.map(experimentRow)))
  }
  if (shadows.length > 0) {
    lines.push('', 'SHADOWS')
    lines.push(...shadows.flatMap(shadowLines))
  }

  const origins = originRows(workers)
  lines.push('', 'ORIGINS')
  const head = ['route', '', 'origin', 'health', 'breaker', 'in flight', 'last check']
  lines.push(...table([head, ...origins]))

  if (certificates.length > 0) {
    lines.push('', 'CERTIFICATES')
    lines.push(...table(certificates.map(each => certificateRow(each, at))))
  }

  lines.push('', 'STORES')
  const shared = stores.shared === null ? 'none: this machine is alone' : storeText(stores.shared)
  const alone = stores.shared?.up === false ? ': THIS MACHINE GUARDS ALONE' : ''
  const leads = stores.leads === true ? '; this machine leads' : ''
  lines.push(
    ...table([
      ['this machine', storeText(stores.local)],
      ['shared', `${shared}${alone}${leads}`],
      ['revoked', revokedText(status.revocations)],
    ]),
  )

  lines.push('', 'WORKERS')
  lines.push(
    ...table(
      workers.map(({ pid, configVersion, rateLimits, websocketsOpen: { v1, v2 } }) => [
        `pid ${pid}`,
        `configuration ${configVersion}`,
        `WebSockets: ${v1} on V1, ${v2} on V2`,
        rateLimits === null ? '' : `rate limits: ${limiterInWords[rateLimits]}`,
      ]),
    ),
  )
  // Those that serve are above; what is worth saying is who does not.
  for (const { pid, state } of processes) {
    if (state !== 'ready') lines.push(`  pid ${pid}  ${state.toUpperCase()}`)
  }
  return lines
}

function latchLines(report: LatchReport, at: number) {
  const { flag, isDrill, isUsed, state, speed, announcements } = report
  const isTripped = state.state === 'tripped'
  const what = isTripped
    ? `${isDrill ? 'drill under way' : 'SWITCHED BACK, all on V1'} for ${ago(at - state.since)}`
    : isDrill
      ? 'drill over'
      : 'open, V2 allowed'
  const rows: string[][] = []
  if (state.version > 0) {
    rows.push([
      'since',
      `${moment(state.since)}, by ${state.by} (${state.reason}, version ${state.version})`,
    ])
  }
  if (state.note) rows.push(['note', state.note])
  if (state.evidence !== null) {
    const { route, budget, scope, seenBy, text } = state.evidence
    rows.push(['why', printable(text)])
    rows.push([
      '',
      `route ${route}, budget ${budget}${scope === null ? '' : ` for ${scope}`}, seen by one ${seenBy}`,
    ])
  }
  if (speed !== null) rows.push(['how fast', speed])
  for (const { step, target, state: how, text } of announcements) {
    const came = how === 'failed' ? 'FAILED' : how.replace('-', ' ')
    rows.push(['told', `${step} ${target}: ${came}${text === '' ? '' : `, ${text}`}`])
  }
  const use = isUsed ? '' : '; no route uses it'
  return [`  ${flag}  ${what}${use}`, ...table(rows).map(line => `  ${line}`)]
}

function revokedText({ entries, limit, waiting }: RevocationsStatus): string {
  const more = waiting ? ': THERE IS NO ROOM FOR MORE, and more wait' : ''
  return `${entries} of at most ${limit}${more}`
}

function storeText({ up, since, error }: StoreStatus): string {
  return up ? 'up' : `DOWN since ${moment(since)} (${error})`
}

function certificateRow(status: CertificateStatus, at: number) {
  const { shownTo, file, names, expiresAt, state } = status
  const until = {
    good: `good for ${ago(expiresAt - at)}`,
    expiring: `EXPIRES in ${ago(expiresAt - at)}`,
    expired: `EXPIRED ${ago(at - expiresAt)} ago`,
  }[state]
  return [file, shownTo === 'clients' ? printable(names.join(', ')) : `to ${shownTo}`, until]
}
