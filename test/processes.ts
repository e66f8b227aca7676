/** Files of one process at most, so that none of them takes long. */
const mostFiles = 8

/**
 * Tests that want a process for themselves: because they look at the memory, the garbage or the environment of
 * theirs, or because they take long.
 */
const alone: readonly RegExp[] = [
  /^behaviours\/(floods-keep-memory-flat|leaving-loses-nothing|slow-clients-starve-nobody|workers-lose-nothing)$/,
  /^cli\/(demo|drill)/,
  /^decisions\/nothing-else-is-held-on-to$/,
  /^docs\/tutorial/,
  /^gateway\/(requests-are-gone-when-they-end|rollouts-go-by-segment|rollouts-go-through-unleash)$/,
  /^(fleet\/unleash-is-switched|cohort\/unleash-live)$/,
  /^http2\/floods-leave-no-memory$/,
  /^packages\//,
  /^prometheus\/(demos|every-question)/,
  /^telemetry\/garbage-collections$/,
  /^tunnel\/(bytes-untouched|upstream-tls)$/,
  /^upstream\/give-back$/,
]

/** What one process runs, one file after the other. */
export interface TestProcess {
  /** `<room>` and a number, or the file where there is one alone. */
  readonly name: string
  readonly files: readonly string[]
}

/**
 * Which files share a process, in the order in which they are begun. To load the gateway takes longer than most tests of it, and those of a room want
 * much the same of it.
 *
 * @param files `<room>/<behaviour>.test.ts` below `test/`, or `<behaviour>.test.ts` of no room.
 */
export function processesFor(files: readonly string[]): TestProcess[] {
  const shared = new Map<string, string[]>()
  const single: TestProcess[] = []
  for (const file of [...files].sort()) {
    const name = file.replace(/\.test\.ts$/, '')
    const room = name.includes('/') ? name.slice(0, name.indexOf('/')) : 'house'
    if (alone.some(pattern => pattern.test(name))) single.push({ name, files: [file] })
    else shared.set(room, [...(shared.get(room) ?? []), file])
  }
  const several = [...shared].flatMap(([room, all]) => {
    const count = Math.ceil(all.length / mostFiles)
    const size = Math.ceil(all.length / count)
    return Array.from({ length: count }, (_, at) => ({
      name: `${room}-${at + 1}`,
      files: all.slice(at * size, (at + 1) * size),
    }))
  })
  return among(single, several)
}

/** The few evenly among the many: they are those that want most of a machine. */
function among<T>(few: readonly T[], many: readonly T[]): T[] {
  const places = [
    ...few.map((each, i) => ({ each, at: i / few.length })),
    ...many.map((each, i) => ({ each, at: i / many.length })),
  ]
  return places.sort((a, b) => a.at - b.at).map(({ each }) => each)
}
