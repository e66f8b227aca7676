import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { canReadProc, cpuMicroseconds, processTree, residentBytes } from '../../bench/proc.ts'
import { createProcesses } from '../../bench/processes.ts'

/** Burns CPU in a child of the process itself, then says so. */
const burner = `
  const { spawn } = require('node:child_process')
  const burn = 'const end = process.cpuUsage().user + 200000; while (process.cpuUsage().user < end); console.log(process.pid); setInterval(() => {}, 1000)'
  spawn(process.execPath, ['-e', burn], { stdio: 'inherit' })
`

test('the CPU time and memory of a gateway include its workers', {
  skip: !canReadProc() && 'needs /proc',
}, async () => {
  const parent = spawn(process.execPath, ['-e', burner])
  const [worker] = await once(parent.stdout, 'data')
  try {
    assert.deepEqual(processTree(parent.pid as number), [parent.pid, Number(worker)])
    assert.ok(cpuMicroseconds(parent.pid as number) >= 200_000)
    assert.ok(residentBytes(parent.pid as number) > residentBytes(Number(worker)))
  } finally {
    process.kill(Number(worker))
    parent.kill()
  }
})

test('a service that ends before its port answers is named, with its last words', async () => {
  const processes = createProcesses()
  const argv = [process.execPath, '-e', 'console.error("no such config"); process.exit(3)']
  await assert.rejects(
    processes.start({ name: 'gateway', argv, core: null, port: 1 }),
    /Cannot start gateway: it ended with 3\nno such config/,
  )
  await processes.close()
})

test('a port that is taken is refused, so that no other process is measured', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const processes = createProcesses()
  try {
    await assert.rejects(
      processes.start({ name: 'gateway', argv: ['true'], core: null, port }),
      new RegExp(`Cannot start gateway: port ${port} must be free`),
    )
  } finally {
    await processes.close()
    taken.close()
  }
})

test('close ends what was started', async () => {
  const processes = createProcesses()
  const argv = [process.execPath, '-e', 'setInterval(() => {}, 1000); console.log("up")']
  const running = processes.run({ name: 'endless', argv, core: null })
  const ended = assert.rejects(running, /Cannot run endless: it ended with SIGTERM/)
  await processes.close()
  await ended
})
