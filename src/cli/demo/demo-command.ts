import type { Command } from 'commander'
import { number, time } from '../arguments.ts'
import { holdTime, stagePercent } from './plan/plan-arguments.ts'
import { faultKinds } from './sample-fault.ts'

export interface DemoCommandDeps {
  /** Makes a reader of an argument one of the command line's. */
  readonly reads: <Value>(read: (text: string) => Value) => (text: string) => Value
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Hears of the exit code. */
  readonly ended: (code: number) => void
}

/** `switchback demo`: a split, a V2 that fails, a V2 in the shadow, a rollout, or a flag in a real Unleash. */
export function addDemoCommand(program: Command, deps: DemoCommandDeps): void {
  const { reads, ended, ...told } = deps
  const portNumber = reads(number(65535))

  const command = program
    .command('demo')
    .description(
      'watch a split live: sample V1 and V2, the gateway before them, traffic through it',
    )
    .option(
      '--for <time>',
      'end after this long, such as 20s or 2m; without it Ctrl-C ends it',
      reads(time),
    )
    .option('--traffic <n>', 'requests per second, 0 for none', reads(number(5000)), 100)
  command
    .addOption(
      command
        .createOption('--fault <kind>', 'let V2 fail after a while, to see it switched back')
        .choices(faultKinds),
    )
    .addOption(
      command
        .createOption('--fault-after <time>', 'when it begins to')
        .argParser(reads(time))
        .default(5000, '5s'),
    )
    .addOption(
      command
        .createOption('--shadow', 'show V2 to nobody, and find the one field that it gets wrong')
        .conflicts(['fault', 'config']),
    )
    .addOption(
      command
        .createOption(
          '--plan <hold>',
          'let a rollout take V2 from nobody to everybody: fast (20s), or how long each stage is held',
        )
        .argParser(reads(holdTime))
        .conflicts(['shadow', 'config', 'for']),
    )
    .addOption(
      command
        .createOption('--unleash', 'start a real Unleash, and move the percentage on its own pages')
        .conflicts(['shadow', 'plan', 'config']),
    )
    .option(
      '--at <percent>',
      'with --plan and --fault: the stage in which V2 begins to fail',
      reads(stagePercent),
      50,
    )
    .option('--port <n>', 'port of the gateway', portNumber, 8080)
    .option('--admin-port <n>', 'port of the admin listener', portNumber, 9900)
    .option('--v1-port <n>', 'port of the sample V1', portNumber, 5062)
    .option('--v2-port <n>', 'port of the sample V2', portNumber, 5070)
    .option('--unleash-port <n>', 'with --unleash: port of Unleash', portNumber, 4242)
    .option('-c, --config <dir>', "configuration directory (default: the package's own example)")
    .action(async ({ for: forMs, port, adminPort, v1Port, v2Port, config: dir, ...rest }) => {
      const { traffic, fault, faultAfter: faultAfterMs, shadow, plan: holdMs, at: failsAt } = rest
      const { unleash, unleashPort } = rest
      const ports = { gateway: port, admin: adminPort, v1: v1Port, v2: v2Port }
      const options = { ...told, forMs, traffic, ports }
      if (holdMs !== undefined) {
        const { planDemo } = await import('../plan-demo.ts')
        ended(await planDemo({ ...options, holdMs, fault, failsAt }))
      } else if (unleash === true) {
        const { unleashDemo } = await import('../unleash-demo.ts')
        ended(await unleashDemo({ ...options, fault, faultAfterMs, unleashPort }))
      } else if (shadow) {
        const { shadowDemo } = await import('../shadow-demo.ts')
        ended(await shadowDemo(options))
      } else {
        const { demo } = await import('../demo.ts')
        ended(await demo({ ...options, fault, faultAfterMs, dir }))
      }
    })
}
