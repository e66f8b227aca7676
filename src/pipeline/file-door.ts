import { chmod, lstat, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { movableStrategies } from '../config/movable-strategy.ts'
import type { MovedStrategies, Percent } from '../config/rollout-rule.ts'
import type { FlagConfig } from '../config/schema-flag.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { withPercentage } from '../config/write-percentage.ts'
import { shareOf, writesOf } from '../fleet/rollout/written-strategy.ts'
import type { FlagDoor, Moved } from '../rollout/flag-door.ts'

/**
 * The percentage of a flag where there is no Unleash: in its file. What is read is what is in force; what
 * is written comes into force as any edit of the file does.
 */
export function createFileDoor(snapshot: () => Snapshot): FlagDoor {
  function inForce(flag: string): FlagConfig | undefined {
    return snapshot().flags.find(({ name }) => name === flag)
  }

  async function write(
    flag: string,
    moved: MovedStrategies,
    from: Percent,
    to: Percent,
    forbids: () => string | null,
  ): Promise<Moved> {
    const file = join(snapshot().dir, 'flags', `${flag}.json`)
    const found = await lstat(file)
    // What it leads to has its own keeper, and a change of it is not seen from here.
    if (found.isSymbolicLink()) return { ok: false, text: 'its file is a link' }
    const text = await readFile(file, 'utf8')
    const { strategies } = JSON.parse(text) as FlagConfig
    const writes = writesOf({ strategies, moved, movable: movableStrategies }, from, to)
    if (typeof writes === 'string') return { ok: false, text: writes }
    if (writes.length === 0) return { ok: true }
    // All of them at once: nobody ever reads one without the others.
    const changed = writes.reduce<string | null>(
      (before, { strategy, to: wanted }) =>
        before === null ? null : withPercentage(before, strategies.indexOf(strategy), wanted),
      text,
    )
    if (changed === null) return { ok: false, text: 'its rollout is no text' }
    // By rename: nobody ever reads half of it. The ending is none of a flag file.
    await writeFile(`${file}.new~`, changed, { flush: true })
    await chmod(`${file}.new~`, found.mode & 0o777)
    const isSame = (await readFile(file, 'utf8')) === text
    if (!isSame) return { ok: false, text: 'somebody has just written it' }
    const why = forbids()
    if (why !== null) return { ok: false, text: why }
    await rename(`${file}.new~`, file)
    return { ok: true }
  }

  return {
    place: 'flags/',
    async read(flag, moved) {
      const config = inForce(flag)
      if (config === undefined) return { readable: false, why: `there is no flags/${flag}.json` }
      if (!config.enabled) return { readable: false, why: 'it is off' }
      return shareOf({ strategies: config.strategies, moved, movable: movableStrategies })
    },
    async move(flag, moved, from, to, forbids) {
      try {
        return await write(flag, moved, from, to, forbids)
      } catch (error) {
        return { ok: false, text: `flags/${flag}.json: ${(error as Error).message}` }
      }
    },
    // A file does not say who wrote it.
    lastMover: async () => null,
  }
}
