import type { Command } from 'commander'
import { time } from '../arguments.ts'

export interface DoctorCommandDeps {
  /** Makes a reader of an argument one of the command line's. */
  readonly reads: <Value>(read: (text: string) => Value) => (text: string) => Value
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

/** `switchback doctor` */
export function addDoctorCommand(program: Command, deps: DoctorCommandDeps): void {
  const { reads, env, out, ended } = deps
  const command = program.command('doctor')
  command
    .description(
      'look whether everything around a gateway is as it needs it, and say what to do: Node, files, ports, Redis, Unleash, upstreams, certificates, clocks; exit code 1 if there is a problem',
    )
    .argument('[dir]', 'configuration directory (default: here)')
    .option('-c, --config <dir>', 'the same')
    .addOption(
      command
        .createOption('--timeout <time>', 'what each look has at most')
        .argParser(reads(time))
        .default(5000, '5s'),
    )
    .option('--json', 'print JSON', false)
    .action(async (dir, { config, timeout: timeoutMs, json }) => {
      const { doctor } = await import('./doctor.ts')
      ended(await doctor({ dir: dir ?? config ?? '.', env, timeoutMs, json, out }))
    })
}
