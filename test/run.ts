import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { processesFor } from './processes.ts'

/** Reads these files, whose tests then run one after the other. */
function programOf(files: readonly string[]): string {
  const urls = files.map(file => pathToFileURL(join(import.meta.dirname, file)).href)
  return `import { test } from 'node:test'
// No test begins before all files are read: what one file starts for its tests would be ended when those of
// the others are over.
const read = Promise.withResolvers()
test('its files are read', () => read.promise)
${urls.map(url => `await import('${url}')`).join('\n')}
read.resolve()
`
}

/**
 * `npm test`: all tests, by Node's own runner, with several files in a process (`processes.ts`). One of them by
 * itself is `node --test <file>`.
 */
const files = globSync('**/*.test.ts', { cwd: import.meta.dirname })
const dir = mkdtempSync(join(tmpdir(), 'switchback-tests-'))
try {
  // The runner starts a process for each file that it is given.
  const started = processesFor(files).map(({ name, files }, number) => {
    // It begins them in the order of their names.
    const first = String(number).padStart(3, '0')
    const file = join(dir, `${first}-${name.replaceAll('/', '-')}.test.mjs`)
    writeFileSync(file, programOf(files))
    return file
  })
  // Four at a time, since most of them wait half of the time; none that hangs keeps the rest from ending.
  const options = ['--test-concurrency=4', '--test-timeout=600000', '--test-reporter=spec']
  const runner = spawn(process.execPath, ['--test', ...options, ...started], { stdio: 'inherit' })
  const [code] = await once(runner, 'exit')
  process.exitCode = code ?? 1
} finally {
  rmSync(dir, { recursive: true, force: true })
}
