import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { momentText, spanText } from '../show/moments.ts'
import { countText } from '../show/numbers.ts'
import { limiterWords } from './limiter-words.ts'
import { seenOrigins } from './origins.ts'

/**
 * What a person should look at, a sentence each, what clients or the way back feel first. None where the machine
 * is well.
 */
export function concernsOf(status: ShownStatus): readonly string[] {
  const { ready, overloads, config } = status
  return [
    ...(ready ? [] : ['It is not ready: load balancers are told to look away.']),
    ...overloads.map(text => `No room: ${text}.`),
    ...originConcerns(status),
    ...workerConcerns(status),
    ...storeConcerns(status),
    ...flagConcerns(status),
    ...(config.error === null
      ? []
      : [`The files on disk are refused: configuration ${config.version} stays in force.`]),
    ...certificateConcerns(status),
    ...securityConcerns(status),
    ...revocationConcerns(status),
  ]
}

/** Origins that fail or rest: clients feel those first. */
export function originConcerns({ workers }: Pick<ShownStatus, 'workers'>): string[] {
  return seenOrigins(workers)
    .filter(({ isBad }) => isBad)
    .map(({ route, variant, origin, health, breaker, lastCheck }) => {
      const check = lastCheck === null || !health.includes('unhealthy') ? '' : ` (${lastCheck})`
      const broken = breaker === 'none' || breaker === 'closed' ? '' : `, breaker ${breaker}`
      return `${variant.toUpperCase()} of ${route}, ${origin}: ${health}${broken}${check}.`
    })
}

function workerConcerns({ workers, processes, config }: ShownStatus): string[] {
  if (workers.length === 0) return ['No worker answers.']
  const answered = new Set(workers.map(({ pid }) => pid))
  return [
    ...processes.flatMap(({ pid, state }) => {
      if (state !== 'ready') return [`Worker ${pid} is ${state}.`]
      return answered.has(pid) ? [] : [`Worker ${pid} did not answer.`]
    }),
    ...workers.flatMap(({ pid, configVersion, rateLimits }) => [
      ...(configVersion === config.version
        ? []
        : [`Worker ${pid} still serves configuration ${configVersion}.`]),
      ...(rateLimits === 'share' || rateLimits === 'floor'
        ? [`Rate limits of worker ${pid}: ${limiterWords[rateLimits]}.`]
        : []),
    ]),
  ]
}

function storeConcerns({ stores: { local, shared }, at }: ShownStatus): string[] {
  const down = ({ since, error }: typeof local) =>
    `down since ${momentText(since, at)}${error === null ? '' : ` (${error})`}`
  return [
    ...(local.up ? [] : [`The store of this machine is ${down(local)}.`]),
    ...(shared === null || shared.up
      ? []
      : [`The shared store is ${down(shared)}: this machine guards alone.`]),
  ]
}

function flagConcerns({ workers }: ShownStatus): string[] {
  const told = workers.flatMap(({ flags }) => {
    if (flags === null) return []
    const { ready, failure, from } = flags
    if (!ready) return ['No flags are held, so that everybody gets V1.']
    if (failure === null) return []
    return [`Unleash does not answer; flags are held ${fromWords[from]}: ${failure}.`]
  })
  return [...new Set(told)]
}

const fromWords = {
  files: 'from files',
  server: 'as they came last',
  backup: 'from the backup',
  nowhere: 'from nowhere',
} as const

function certificateConcerns({ certificates, at }: ShownStatus): string[] {
  return certificates.flatMap(({ state, file, shownTo, expiresAt }) => {
    if (state === 'good') return []
    const when =
      state === 'expired'
        ? `expired ${spanText(at - expiresAt)} ago`
        : `expires in ${spanText(expiresAt - at)}`
    return [`The certificate for ${shownTo} ${when}: ${file}.`]
  })
}

function securityConcerns({ security, at }: ShownStatus): string[] {
  return security.lasting.map(
    ({ kind, client, refusals, since }) =>
      `Security event ${kind} of ${client ?? 'many clients together'}: ${countText(refusals)} refusals in ${spanText(at - since)}.`,
  )
}

/** Share of the room for revocations from which on somebody should look. */
const nearlyFull = 0.9

function revocationConcerns({ revocations: { entries, limit, waiting } }: ShownStatus): string[] {
  if (waiting) return ['There is no room for more revoked tokens, and more wait.']
  if (entries < limit * nearlyFull) return []
  return [`Room for revoked tokens is nearly taken: ${countText(entries)} of ${countText(limit)}.`]
}
