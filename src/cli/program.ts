import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { packageVersion } from '../telemetry/package-version.ts'
import * as argument from './arguments.ts'
import { ArgumentFault } from './arguments.ts'
import { audit } from './audit.ts'
import { addDemoCommand } from './demo/demo-command.ts'
import { addDiffCommands } from './diff/diff-commands.ts'
import { addDoctorCommand } from './doctor/doctor-command.ts'
import { exitCodes } from './exit-codes.ts'
import { addExperimentCommands } from './experiment/experiment-commands.ts'
import { gate } from './gate.ts'
import { addHealthCommand } from './health-command.ts'
import { addPlanCommands } from './plan/plan-commands.ts'
import { addReportCommand } from './report/report-command.ts'
import { resume } from './resume.ts'
import { addRevokeCommand } from './revoke-command.ts'
import { rollback } from './rollback.ts'
import { addRolloutCommands } from './rollout/rollout-commands.ts'
import { addSampleCommand } from './sample/sample-command.ts'
import { addSimulateCommand } from './simulate/simulate-command.ts'
import { token } from './token.ts'
import { addStatusCommand } from './watch/status-command.ts'

export interface ProgramDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/**
 * The command line: one file per command, this one only reads the arguments. Those that are most of the gateway
 * are loaded when they run: who switches back in a hurry does not wait for the demo.
 */
export function createProgram({ env, out, error }: ProgramDeps) {
  let code = 0
  const ended = (exitCode: number) => {
    code = exitCode
  }
  const program = new Command('switchback')
    .description('Moves live traffic from V1 of a service to V2, and back in one step.')
    .version(packageVersion())
    // What stands behind the name of a command is that command's.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(what there is: switchback --help, switchback <command> --help)')
    .configureOutput({
      writeOut: text => out(text.trimEnd()),
      writeErr: text => error(text.trimEnd()),
    })

  program
    .command('start')
    .description('serve a configuration directory until SIGTERM; reload it on SIGHUP and on change')
    .argument('[dir]', 'configuration directory (default: here)')
    .option('-c, --config <dir>', 'the same')
    .action(async (dir, { config }) => {
      const { start } = await import('./start.ts')
      code = await start({ dir: dir ?? config ?? '.', env, out: error })
    })

  program.command('worker', { hidden: true }).action(async () => {
    const { worker } = await import('./worker.ts')
    code = await worker()
  })

  addDemoCommand(program, { reads, env, out, error, ended })
  addSampleCommand(program, { reads, out, error, ended })

  program
    .command('check')
    .description('say what is wrong with a configuration directory; exit code 1 if anything is')
    .argument('[dir]', 'configuration directory (default: here)')
    .option('-c, --config <dir>', 'the same')
    .action(async (dir, { config }) => {
      const { check } = await import('./check.ts')
      code = await check({ dir: dir ?? config ?? '.', env, out })
    })

  addDoctorCommand(program, { reads, env, out, ended })

  program
    .command('explain')
    .description('say who gets V1 or V2 on a route, and why')
    .requiredOption('--route <name>', 'file name in routes/, without .yaml')
    .option('-c, --config <dir>', 'configuration directory', '.')
    .option('--user <id>', 'user id')
    .option('--session <id>', 'value of the sb_sid cookie')
    .option('--address <ip>', 'client address')
    .option('--segment <name>', 'short for --property segment=<name>')
    .option(
      '--property <name=value>',
      'a property of the route; may be repeated',
      reads(argument.pair),
    )
    .option('--json', 'print JSON', false)
    .action(async ({ config, segment, property = {}, ...options }) => {
      const properties = segment === undefined ? property : { ...property, segment }
      const { explainCommand } = await import('./explain.ts')
      code = await explainCommand({ ...options, dir: config, env, properties, out })
    })

  const more = { onRunning, reads, env, out, error, ended }
  addStatusCommand(program, more)
  addHealthCommand(program, more)

  for (const [name, run, description] of [
    ['rollback', rollback, 'send all traffic of a flag back to V1, at once'],
    ['resume', resume, 'allow V2 again after a switch back'],
  ] as const) {
    onRunning(
      program
        .command(name)
        .description(description)
        .argument('<flag>', 'flag that the routes name')
        .option('--note <text>', 'why, for the audit and for everybody who is told'),
    ).action(async (flag, { config: dir, ...options }) => {
      code = await run({ ...options, flag, dir, env, out, error })
    })
  }

  onRunning(
    program
      .command('drill')
      .description(
        "rehearse a switch back on the testers of a flag's policy, nobody else, and say how fast each worker was",
      )
      .argument('<flag>', 'flag that the routes name')
      .option(
        '--url <url>',
        'what a tester asks with GET all the while',
        reads(argument.webAddress),
      )
      .option(
        '--header <name:value>',
        'header of these requests; may be repeated',
        reads(argument.header),
      )
      .option('--traffic <n>', 'these requests per second', reads(argument.number(500, 1)), 50)
      .addOption(
        new Option('--within <time>', 'what every worker must keep to; else exit code 1')
          .argParser(reads(argument.time))
          .default(100, '100ms'),
      )
      .option('--end', 'only end a drill that was left over', false)
      .option('--json', 'print JSON', false),
  ).action(async (flag, { config: dir, within: withinMs, header: headers = {}, ...options }) => {
    const { drill } = await import('./drill.ts')
    code = await drill({ ...options, flag, withinMs, headers, dir, env, out, error })
  })

  onRunning(
    program
      .command('audit')
      .description('show what happened, newest last; exit code 1 if --verify finds a change')
      .option(
        '--after <n>',
        'records above this number, in place of the newest',
        reads(argument.number(999999999)),
      )
      .option('--limit <n>', 'at most this many records', reads(argument.number(1000)), 50)
      .option('--json', 'print JSON, one record a line', false)
      .option('--verify', 'prove that no record was changed or taken away', false),
  ).action(async ({ config: dir, ...options }) => {
    code = await audit({ ...options, dir, env, out, error })
  })

  onRunning(
    program
      .command('gate')
      .description(
        'say whether V2 of a flag may go on: exit code 0 open, 4 closed, 5 not decided yet',
      )
      .argument('<flag>', 'flag that the routes name')
      .addOption(
        new Option('--signal <name>', 'look at budgets on this signal alone').choices(['mismatch']),
      )
      .option('--json', 'print JSON', false),
  ).action(async (flag, { config: dir, ...options }) => {
    code = await gate({ ...options, flag, dir, env, out, error })
  })

  program
    .command('token')
    .description('make a token for the admin listener, and the lines of switchback.yaml for it')
    .requiredOption('--name <name>', 'whose token it is', reads(argument.tokenName))
    .addOption(
      new Option('--role <role>', 'what it lets them do')
        .choices(['viewer', 'operator', 'approver'] as const)
        .makeOptionMandatory(),
    )
    .option('--until <day>', 'from when on it is refused (UTC)', reads(argument.moment))
    .action(options => {
      token({ ...options, out })
    })
  addRevokeCommand(program, more)
  addDiffCommands(program, more)
  addExperimentCommands(program, more)
  addRolloutCommands(program, more)
  addSimulateCommand(program, more)
  addPlanCommands(program, more)
  addReportCommand(program, more)

  return {
    /** All of it, for whoever wants to describe it. */
    command: program,
    /** Runs one command; resolves with its exit code and never throws for bad arguments. */
    async run(argv: readonly string[]): Promise<number> {
      try {
        await program.parseAsync([...argv], { from: 'user' })
        return code
      } catch (cause) {
        if (!(cause instanceof CommanderError)) throw cause
        return cause.exitCode === 0 ? 0 : exitCodes.badUsage
      }
    },
  }
}

/** The options of a command that talks to a running gateway. */
function onRunning(command: Command): Command {
  return command
    .option(
      '--admin <url>',
      "its admin address (default: the configuration's)",
      reads(argument.adminAddress),
    )
    .option('--ca <file>', 'PEM file with the authorities of its certificate')
    .option('--token-file <file>', 'file with your token (default: SWITCHBACK_ADMIN_TOKEN)')
    .option('-c, --config <dir>', 'configuration directory', '.')
}

/** A reader of arguments as commander takes one: what it refuses is a fault of the command line. */
function reads<Value>(read: (text: string, before?: Value) => Value) {
  return (text: string, before?: Value): Value => {
    try {
      return read(text, before)
    } catch (fault) {
      if (fault instanceof ArgumentFault) throw new InvalidArgumentError(fault.message)
      throw fault
    }
  }
}
