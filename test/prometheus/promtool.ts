import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs promtool; resolves with its exit code and all that it said. */
export async function promtool(args: readonly string[], input = '') {
  const child = spawn('promtool', args)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code: code as number, output }
}
