import { cpuMicroseconds } from '../../proc.ts'
import type { Stage } from '../../stage.ts'
import { watchMemory } from '../../watch-memory.ts'
import { type Accounts, accountsWhen, isOver } from '../account.ts'
import { accountFigures } from '../account-figures.ts'
import type { Burst, BurstResult } from '../clients.ts'
import { count, type Figure } from '../figure.ts'
import type { Gateway } from '../gateway.ts'
import { quantileOf } from '../quantile.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { anyCore, startScene } from '../scene.ts'
import type { Behaviour } from '../service.ts'
import { inTurns, type Paired, pairUp, roundsEach, type Side } from '../turns.ts'

const rate = 200
const megabyte = 1_000_000
const mebibyte = 2 ** 20
const timeoutMs = 5000
/** What a shadow may keep in memory, by its configuration. */
const capBytes = 16 * mebibyte
/** What it may use beside that: promised. */
const spareBytes = 32 * mebibyte
/** How much later the client may have its answer: the larger of the two. */
const mostMs = 1
const mostShare = 0.02
/** Until all that is hot is compiled: what compiles competes for the cores with what is measured. */
const warmUpSeconds = 2
/** When a process collects its garbage is settled by chance in its first seconds. */
const starts = 6

const shadow = `{ methods: [GET, HEAD, POST], maxBodyBytes: ${mebibyte}, maxBytesInFlight: ${capBytes}, timeoutMs: ${timeoutMs} }`

const upload = { path: '/orders', method: 'POST', bytes: megabyte } as const
const download = { path: `/offers/${megabyte}`, method: 'GET', bytes: 0 } as const

interface Case {
  readonly name: string
  readonly what: string
  readonly behaviour: Behaviour
  readonly request: Pick<Burst, 'method' | 'bytes'> & { readonly path: string }
}

const cases: readonly Case[] = [
  {
    name: 'hang',
    what: 'V2 takes each copy and never answers',
    behaviour: 'hang',
    request: upload,
  },
  { name: 'refuse', what: 'V2 refuses connections', behaviour: 'refuse', request: upload },
  {
    name: 'reset',
    what: 'V2 resets the connection when it has the head of a copy',
    behaviour: 'reset',
    request: upload,
  },
  {
    name: 'drip',
    what: 'V2 answers with a byte every 50 ms',
    behaviour: 'drip',
    request: upload,
  },
  { name: 'huge', what: 'V2 answers with 50 MB', behaviour: 'huge', request: upload },
  {
    name: 'huge-answers',
    what: 'GETs that V1 answers with 1 MB of JSON, which is kept for comparing, and V2 with 50 MB; a copy in twenty goes to V1',
    behaviour: 'huge',
    request: download,
  },
]

/** 200 requests a second with 1 MB each, and a V2 that is bad in every way there is. */
export const badShadow: readonly Scenario[] = cases.map(each => ({
  name: each.name,
  what: each.what,
  play: (stage, extent) => play(stage, extent, each),
}))

interface Round extends BurstResult {
  /** Resident memory of the gateway at its highest. */
  readonly peakBytes: number
  /** Of the gateway, for each request. */
  readonly cpuMs: number
}

async function play(
  stage: Stage,
  { seconds, rounds }: Extent,
  { behaviour, request: { path, ...request } }: Case,
): Promise<Figure[]> {
  const { clients, startTwins } = await startScene(stage, anyCore, behaviour)
  const all: Record<Side, Round[]> = { off: [], on: [] }
  const measured: Record<Side, Round[]> = { off: [], on: [] }
  const told: { requests: number; accounts: Accounts }[] = []

  async function burst({ url, pid }: Gateway, lasting: number): Promise<Round> {
    const before = cpuMicroseconds(pid)
    const { result, peak } = await watchMemory(pid, () =>
      clients.send({ ...request, url: `${url}${path}`, rate, seconds: lasting }),
    )
    const cpuMs = (cpuMicroseconds(pid) - before) / 1000 / result.sent
    return { ...result, peakBytes: peak, cpuMs }
  }

  for (let start = 0; start < starts; start++) {
    const twins = await startTwins(shadow)
    const warmUp = await inTurns(1, side => burst(twins[side], warmUpSeconds))
    const each = await inTurns(roundsEach(rounds, starts), side => burst(twins[side], seconds))
    for (const side of ['off', 'on'] as const) {
      all[side].push(...warmUp[side], ...each[side])
      measured[side].push(...each[side])
    }
    const requests = sumOf([...warmUp.on, ...each.on], 'sent')
    const accounts = await accountsWhen(twins.on, isOver, timeoutMs + 2000)
    told.push({ requests, accounts })
    await Promise.all([twins.off.kill(), twins.on.kill()])
  }
  return [
    count('requests that failed', sumOf(all.off, 'failed') + sumOf(all.on, 'failed'), 0),
    ...latencyFigures(measured),
    ...cpuFigures(measured),
    ...memoryFigures(all),
    ...accountFigures(told),
  ]
}

function sumOf(rounds: readonly Round[], of: 'sent' | 'failed'): number {
  return rounds.reduce((total, round) => total + round[of], 0)
}

function latencyFigures(measured: Paired<Round>): Figure[] {
  const off = p99Of(measured.off)
  const on = p99Of(measured.on)
  return [
    { what: 'ms p99 without shadow', values: [off], digits: 2 },
    { what: 'ms p99 with it', values: [on], digits: 2 },
    {
      what: 'ms p99 more with it, round by round',
      values: pairUp(measured, (without, with_) => p99Of([with_]) - p99Of([without])),
      digits: 2,
      most: Math.max(mostMs, mostShare * off),
    },
  ]
}

/** Of the requests of all these rounds together. */
function p99Of(rounds: readonly Round[]): number {
  return quantileOf(
    rounds.flatMap(({ timesMs }) => timesMs),
    0.99,
  )
}

function cpuFigures({ off, on }: Paired<Round>): Figure[] {
  const cpuOf = (rounds: readonly Round[]) => rounds.map(({ cpuMs }) => cpuMs)
  return [
    { what: 'ms CPU/request without shadow', values: cpuOf(off), digits: 2 },
    { what: 'ms CPU/request with it', values: cpuOf(on), digits: 2 },
  ]
}

function memoryFigures(all: Paired<Round>): Figure[] {
  const peak = (rounds: readonly Round[]) => Math.max(...rounds.map(({ peakBytes }) => peakBytes))
  const more = (peak(all.on) - peak(all.off)) / mebibyte
  const most = (capBytes + spareBytes) / mebibyte
  return [
    { what: 'MiB RSS without shadow, at most', values: [peak(all.off) / mebibyte], digits: 0 },
    { what: 'MiB RSS more with it, at most', values: [more], digits: 0, most },
  ]
}
