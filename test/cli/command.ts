import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

export interface Command {
  readonly child: ChildProcess
  /** Everything written to standard output so far. */
  readonly out: () => string
  /** Resolves once the output, or the error output, matches; rejects when the command ends before. */
  seen(pattern: RegExp, where?: 'out' | 'error'): Promise<void>
  readonly ended: Promise<Ended>
}

/** Starts the command line in a process of its own, without a terminal; ended with the test. */
export function startCommand(t: TestContext, ...argv: string[]): Command {
  const child = spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let error = ''
  let looks: (() => void)[] = []
  const look = () => {
    for (const again of looks) again()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text
    look()
  })
  let code: number | null | undefined
  const ended = once(child, 'close').then(([status]): Ended => {
    code = status
    look()
    return { code: status, out, error }
  })
  t.after(() => {
    child.kill('SIGKILL')
    return ended
  })

  return {
    child,
    out: () => out,
    ended,
    seen: (pattern, where = 'out') =>
      new Promise((resolve, reject) => {
        function again(): void {
          if (pattern.test(where === 'out' ? out : error)) resolve()
          else if (code === undefined) return
          else reject(new Error(`ended with ${code} without ${pattern}:\n${out}${error}`))
          looks = looks.filter(other => other !== again)
        }
        looks.push(again)
        again()
      }),
  }
}

/** Runs the command line to its end. */
export function runCommand(t: TestContext, ...argv: string[]): Promise<Ended> {
  return startCommand(t, ...argv).ended
}
