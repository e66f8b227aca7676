import type { Command } from 'commander'
import { doctor } from './doctor.ts'

export interface DoctorCommandDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

/** `switchback doctor` */
export function addDoctorCommand(program: Command, { env, out, ended }: DoctorCommandDeps): void {
  program
    .command('doctor')
    .description(
      'look whether everything around a gateway is as it needs it, and say what to do: Node, files, ports, Redis, Unleash, upstreams, certificates, clocks; exit code 1 if there is a problem',
    )
    .argument('[dir]', 'configuration directory (default: here)')
    .option('-c, --config <dir>', 'the same')
    .option('--json', 'print JSON', false)
    .action(async (dir, { config, json }) => {
      ended(await doctor({ dir: dir ?? config ?? '.', env, json, out }))
    })
}
