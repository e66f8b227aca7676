import { cpuMicroseconds } from '../../proc.ts'
import type { Stage } from '../../stage.ts'
import { watchMemory } from '../../watch-memory.ts'
import { accountsWhen, isOver } from '../account.ts'
import { accountFigures } from '../account-figures.ts'
import type { Burst, BurstResult } from '../clients.ts'
import { count, type Figure } from '../figure.ts'
import type { Gateway } from '../gateway.ts'
import { inOneProcess } from '../one-process.ts'
import { pooledDifference } from '../pooled.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { anyCore, startScene } from '../scene.ts'
import type { Behaviour } from '../service.ts'
import type { Paired, Side } from '../turns.ts'

const rate = 200
const megabyte = 1_000_000
const mebibyte = 2 ** 20
/** Short beside a round: a V2 that hangs would else fill the room for copies once, and see no more of them. */
const timeoutMs = 1000
/** Until all copies are counted. */
const copiesEndMs = timeoutMs + 2000
/** What a shadow may keep in memory, by its configuration. */
const capBytes = 16 * mebibyte
/** What it may use beside that: promised. */
const spareBytes = 32 * mebibyte
/** How much later the client may have its answer: the larger of the two. */
const mostMs = 1
const mostShare = 0.02
/** Of a round each, after which copies have filled all that they may. */
const memoryBursts = 6
/** On each side: until all that is hot is compiled, and the heap is as large as it becomes. */
const warmUp = 2 * rate
/** After each switch, unmeasured. */
const settling = rate

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

/** What a process that never copied has in memory at most, by what is asked of it: measured once in a run. */
const peaksWithout = new Map<Case['request'], number>()

async function play(
  stage: Stage,
  { seconds, rounds }: Extent,
  { behaviour, request }: Case,
): Promise<Figure[]> {
  const { clients, start } = await startScene(stage, anyCore, behaviour)
  const { path, ...load } = request
  let failed = 0

  async function burst({ pid, url }: Gateway, requests: number): Promise<Round> {
    const before = cpuMicroseconds(pid)
    const { result, peak } = await watchMemory(pid, () =>
      clients.send({ ...load, url: `${url}${path}`, rate, requests }),
    )
    return {
      ...result,
      peakBytes: peak,
      cpuMs: (cpuMicroseconds(pid) - before) / 1000 / requests,
    }
  }

  /** Of a process of its own: what one has taken it may keep, so that one that copied says nothing about life without. */
  async function peakOfFresh(side: Side): Promise<number> {
    const fresh = await start(shadow, side)
    fresh.collectOften()
    const played = [await burst(fresh, warmUp)]
    for (let n = 0; n < memoryBursts; n++) played.push(await burst(fresh, seconds * rate))
    await fresh.kill()
    failed += sumOf(played, 'failed')
    return peakOf(played)
  }

  const without = peaksWithout.get(request) ?? (await peakOfFresh('off'))
  peaksWithout.set(request, without)
  const with_ = await peakOfFresh('on')
  const gateway = await start(shadow, 'off')
  const all: Record<Side, Round[]> = { off: [], on: [] }

  async function take(requests: number): Promise<Round> {
    const round = await burst(gateway, requests)
    all[gateway.side].push(round)
    return round
  }

  await take(warmUp)
  await gateway.turn('on')
  await take(warmUp)
  const measured = await inOneProcess(gateway, {
    rounds,
    copiesEndMs,
    settle: async () => void (await take(settling)),
    measure: () => take(seconds * rate),
  })
  const accounts = await accountsWhen(gateway, isOver, copiesEndMs)
  return [
    count('requests that failed', failed + sumOf(all.off, 'failed') + sumOf(all.on, 'failed'), 0),
    ...latencyFigures(measured),
    ...cpuFigures(measured),
    ...memoryFigures(without, with_, peakOf(all.on)),
    ...accountFigures(sumOf(all.on, 'sent'), accounts),
  ]
}

function peakOf(rounds: readonly Round[]): number {
  return Math.max(...rounds.map(({ peakBytes }) => peakBytes))
}

function sumOf(rounds: readonly Round[], of: 'sent' | 'failed'): number {
  return rounds.reduce((total, round) => total + round[of], 0)
}

function latencyFigures(measured: Paired<Round>): Figure[] {
  const timesOf = (rounds: readonly Round[]) => rounds.map(({ timesMs }) => timesMs)
  const times = { off: timesOf(measured.off), on: timesOf(measured.on) }
  const { off, on, more, interval } = pooledDifference(times, 0.99)
  return [
    { what: 'ms p99 without shadow', values: [off], digits: 2 },
    { what: 'ms p99 with it', values: [on], digits: 2 },
    {
      what: 'ms p99 more with it, of all rounds together',
      values: [more],
      digits: 2,
      interval,
      most: Math.max(mostMs, mostShare * off),
    },
  ]
}

function cpuFigures({ off, on }: Paired<Round>): Figure[] {
  const cpuOf = (rounds: readonly Round[]) => rounds.map(({ cpuMs }) => cpuMs)
  return [
    { what: 'ms CPU/request without shadow', values: cpuOf(off), digits: 2 },
    { what: 'ms CPU/request with it', values: cpuOf(on), digits: 2 },
  ]
}

function memoryFigures(without: number, with_: number, withGarbage: number): Figure[] {
  const most = (capBytes + spareBytes) / mebibyte
  const more = (with_ - without) / mebibyte
  const inMebibytes = (what: string, bytes: number) => {
    return { what, values: [bytes / mebibyte], digits: 0 }
  }
  return [
    inMebibytes('MiB RSS of a process that never copied', without),
    { what: 'MiB RSS more with shadow, at most', values: [more], digits: 0, most },
    inMebibytes('MiB RSS with garbage that nobody has collected yet', withGarbage),
  ]
}
