import { type Children, createChildren } from './children.ts'
import { createScratch } from './scenarios.ts'

/** What a scenario plays on. */
export interface Stage {
  readonly children: Children
  /** Directory that is removed after the round. */
  readonly scratch: string
  /** Called after the round, whatever came of it. */
  readonly defer: (close: () => void) => void
}

/** Plays something on a stage of its own, and clears it away, whatever comes of it. */
export async function onStage<T>(play: (stage: Stage) => Promise<T>): Promise<T> {
  const children = createChildren()
  const scratch = createScratch()
  const closers: (() => void)[] = []
  process.once('exit', scratch.remove)
  try {
    return await play({
      children,
      scratch: scratch.dir,
      defer: close => void closers.push(close),
    })
  } finally {
    for (const close of closers) close()
    await children.close()
    scratch.remove()
    process.off('exit', scratch.remove)
  }
}
