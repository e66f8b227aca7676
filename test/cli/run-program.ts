import { createProgram } from '../../src/cli/program.ts'

/** Runs a command line in this process, as `main.ts` does. */
export async function runProgram(env: Record<string, string>, ...argv: string[]) {
  const out: string[] = []
  const error: string[] = []
  const program = createProgram({
    env,
    out: line => out.push(line),
    error: line => error.push(line),
  })
  const code = await program.run(argv)
  return { code, out: out.join('\n'), error: error.join('\n') }
}
