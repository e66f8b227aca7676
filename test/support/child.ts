import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'

export interface Child {
  readonly process: ChildProcess
  /** Resolves with all output, both streams together, once it matches; rejects when the process ends first. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Exit code and signal. */
  readonly exited: Promise<[code: number | null, signal: string | null]>
}

/** Runs a file, of this repository where its path is relative, with this Node; killed after the test if it still lives. */
export function startChild(
  t: TestContext,
  file: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Child {
  const path = resolve(import.meta.dirname, '../..', file)
  const child = spawn(process.execPath, [...nodeOptions, path, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let over = false
  let changed = Promise.withResolvers<void>()
  const tell = () => {
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', chunk => {
      output += chunk
      tell()
    })
  }
  const exited = once(child, 'close').then(end => {
    over = true
    tell()
    return end as [number | null, string | null]
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    process: child,
    exited,
    async until(pattern) {
      for (;;) {
        const found = pattern.exec(output)
        if (found !== null) return found
        if (over) throw new Error(`the process ended with ${output}`)
        await changed.promise
      }
    },
  }
}
