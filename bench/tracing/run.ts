import { say } from '../say.ts'
import { walks } from './walk.ts'

/** `npm run bench:tracing`: what the parts of a request that know of traces cost it, in a loop. */

const rounds = 7
const walksInARound = 100_000

/** Microseconds of CPU for one of `count` walks. */
function microseconds(walk: () => number, count: number): number {
  let headers = 0
  const from = process.cpuUsage()
  for (let n = 0; n < count; n++) headers += walk()
  const { user, system } = process.cpuUsage(from)
  // Its result is used, or nothing had to be done.
  if (headers === 0) throw new Error('no header was sent')
  return (user + system) / count
}

const least = new Map<string, number>()
for (let round = 0; round <= rounds; round++) {
  say(`round ${round} of ${rounds}`)
  for (const [name, walk] of Object.entries(walks)) {
    const took = microseconds(walk, walksInARound)
    // The first is for the compiler to get to know them.
    if (round > 0) least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, took))
  }
}
const [without = 0] = least.values()
const rows = [...least].map(
  ([name, took]) => `| ${name} | ${Math.max(0, took - without).toFixed(1)} |`,
)
process.stdout.write(`| a request | µs more |\n|---|---|\n${rows.join('\n')}\n`)
