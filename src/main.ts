#!/usr/bin/env node
import { createProgram } from './cli/program.ts'

const code = await createProgram({
  env: process.env,
  out: line => process.stdout.write(`${line}\n`),
  error: line => process.stderr.write(`${line}\n`),
}).run(process.argv.slice(2))
process.exitCode = code
