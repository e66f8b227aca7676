import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export interface NotifySocket {
  /** For NOTIFY_SOCKET. */
  readonly path: string
  /** Messages so far, in their order. */
  readonly messages: readonly string[]
  /** Resolves with the first message, of those from number `from` on, that matches. */
  until(pattern: RegExp, from?: number): Promise<string>
}

/** Prints each datagram of the inherited socket as a line of JSON: `read` takes one whole. */
const reader = `
const { readSync, writeSync } = require('node:fs')
const bytes = Buffer.alloc(65536)
for (;;) writeSync(1, JSON.stringify(bytes.toString('utf8', 0, readSync(3, bytes))) + '\\n')
`

/** A datagram socket such as systemd listens on, opened by a program of systemd's; closed with the test. */
export async function openNotifySocket(t: TestContext): Promise<NotifySocket> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-test-'))
  const path = join(dir, 'notify')
  const child = spawn('systemd-socket-activate', [
    ...['--datagram', `--listen=${path}`],
    ...[process.execPath, '-e', reader],
  ])
  t.after(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    await rm(dir, { recursive: true })
  })

  const messages: string[] = []
  let heard = Promise.withResolvers<void>()
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    // With this one systemd-notify only asks whether the others were taken.
    messages.push(...lines.map(line => JSON.parse(line)).filter(line => line !== 'BARRIER=1'))
    heard.resolve()
    heard = Promise.withResolvers()
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('Listening on')) resolve()
    })
  })
  return {
    path,
    messages,
    async until(pattern, from = 0) {
      for (;;) {
        const found = messages.slice(from).find(message => pattern.test(message))
        if (found !== undefined) return found
        await heard.promise
      }
    },
  }
}
