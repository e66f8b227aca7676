import type { NotCompared, Sample } from '../difference.ts'
import { isStoredSums } from './stored-shape.ts'
import { emptyStretch, type Stretch, type Times, type Together, togetherKey } from './stretch.ts'
import { type History, type Sums, samplesKept } from './sums.ts'

/** Of this form; another version's are not read. */
const formVersion = 1

/** A store takes 1 MiB. */
const mostBytes = 1_000_000

/** `shadow`, `unrepeatable`, `noise` */
export type StoredTimes = readonly [number, number, number]

/** Places stand by their number in `places`. */
export interface StoredStretch {
  readonly from: number
  readonly compared: StoredTimes
  readonly notCompared: Readonly<Partial<Record<NotCompared, number>>>
  readonly seen: readonly (readonly [place: number, ...StoredTimes])[]
  readonly together: readonly (readonly [places: readonly number[], pairs: number])[]
}

export interface StoredSums {
  readonly version: typeof formVersion
  readonly basis: string
  readonly since: number
  readonly forgotten: number
  readonly places: readonly string[]
  readonly inAll: StoredStretch
  readonly late: readonly StoredStretch[]
  readonly latency: {
    readonly shadow: Readonly<Record<string, number>>
    readonly noise: Readonly<Record<string, number>>
  }
  readonly histories: readonly (readonly [
    place: number,
    firstAt: number,
    lastAt: number,
    realAt: number | null,
    samples: readonly Sample[],
  ])[]
}

/** As text for a store, with as many samples as there is room for. */
export function sumsAsText(sums: Sums): string {
  for (let samples = samplesKept; ; samples--) {
    const text = JSON.stringify(toStored(sums, samples))
    if (samples === 0 || Buffer.byteLength(text) <= mostBytes) return text
  }
}

/** Null for a text that is damaged, or of another version: it is not believed in part. */
export function readSums(text: string): Sums | null {
  const stored = parse(text)
  return isStoredSums(stored) ? fromStored(stored) : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function toStored(sums: Sums, samples: number): StoredSums {
  const places = [...sums.inAll.seen.keys()]
  const numbers = new Map(places.map((place, number) => [place, number]))
  const numberOf = (place: string) => numbers.get(place) as number
  const stretch = ({ from, compared, notCompared, seen, together }: Stretch): StoredStretch => ({
    from,
    compared: toTimes(compared),
    notCompared,
    seen: [...seen].map(([place, times]) => [numberOf(place), ...toTimes(times)]),
    together: [...together.values()].map(each => [each.places.map(numberOf), each.pairs]),
  })
  return {
    version: formVersion,
    basis: sums.basis,
    since: sums.since,
    forgotten: sums.forgotten,
    places,
    inAll: stretch(sums.inAll),
    late: sums.late.map(stretch),
    latency: sums.latency as StoredSums['latency'],
    histories: [...sums.histories].map(([place, history]) => [
      numberOf(place),
      history.firstAt,
      history.lastAt,
      history.realAt,
      history.samples.slice(0, samples),
    ]),
  }
}

function toTimes({ shadow, unrepeatable, noise }: Times): StoredTimes {
  return [shadow, unrepeatable, noise]
}

function fromStored(stored: StoredSums): Sums {
  const { basis, since, forgotten, places, latency } = stored
  const placeOf = (number: number) => places[number] as string
  const stretch = ({ from, compared, notCompared, seen, together }: StoredStretch): Stretch => ({
    ...emptyStretch(from),
    compared: fromTimes(compared),
    notCompared,
    seen: new Map(seen.map(([place, ...times]) => [placeOf(place), fromTimes(times)])),
    together: new Map(
      together.map(([numbers, pairs]): [string, Together] => {
        const each = numbers.map(placeOf)
        return [togetherKey(each), { places: each, pairs }]
      }),
    ),
  })
  return {
    ...{ basis, since, forgotten, latency },
    inAll: stretch(stored.inAll),
    late: stored.late.map(stretch),
    histories: new Map(
      stored.histories.map(([place, firstAt, lastAt, realAt, samples]): [string, History] => [
        placeOf(place),
        { firstAt, lastAt, realAt, samples },
      ]),
    ),
  }
}

function fromTimes([shadow, unrepeatable, noise]: StoredTimes): Times {
  return { shadow, unrepeatable, noise }
}
