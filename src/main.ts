#!/usr/bin/env node
import process from 'node:process'

// Before anything else is loaded: an older Node could not even read it.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(`Cannot run: node must be 24 or later, received ${process.versions.node}.\n`)
  process.exit(1)
}

// Whoever reads has seen enough, such as `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const { createProgram } = await import('./cli/program.ts')
process.exitCode = await createProgram({
  env: process.env,
  out: line => process.stdout.write(`${line}\n`),
  error: line => process.stderr.write(`${line}\n`),
}).run(process.argv.slice(2))
