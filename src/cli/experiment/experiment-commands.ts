import type { Command } from 'commander'
import type { RestartAnswer } from '../../experiment/experiments-view.ts'
import type { ExperimentVerdict } from '../../experiment/finding.ts'
import type { ExperimentReport } from '../../experiment/report.ts'
import { type AdminTarget, askGateway } from '../admin-client.ts'
import { userName } from '../change-latch.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import type { RolloutCommandsDeps } from '../rollout/rollout-commands.ts'
import { experimentText } from './experiment-text.ts'

/** What a verdict says to scripts. */
const codes: Readonly<Record<ExperimentVerdict, number>> = {
  better: exitCodes.done,
  'no-worse': exitCodes.done,
  worse: exitCodes.closed,
  'not-yet': exitCodes.notYet,
  'no-difference-shown': exitCodes.notYet,
}

/** `switchback experiment` and `switchback experiment restart`. */
export function addExperimentCommands(program: Command, deps: RolloutCommandsDeps): void {
  const { onRunning, env, out, error, ended } = deps
  const experiment = onRunning(
    program
      .command('experiment')
      .description('say by how much V2 differs from V1 for users, and how sure that is')
      .argument('[name]', 'experiment of a policy (default: all)')
      .option('--json', 'print JSON', false),
  ).action(async (name, { config: dir, ...options }) => {
    ended(await showExperiments({ ...options, name, dir, env, out, error }))
  })
  onRunning(
    experiment
      .command('restart')
      .description('forget the users of an experiment and begin anew, as after a change of V2')
      .argument('<name>', 'experiment of a policy')
      .option('--note <text>', 'why, for the audit'),
  ).action(async (name, { config: dir, ...options }) => {
    ended(await restart({ ...options, name, dir, env, out, error }))
  })
}

interface Said extends AdminTarget {
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

interface ShowOptions extends Said {
  /** Absent: all of them. */
  readonly name?: string | undefined
  readonly json: boolean
}

/** Of one the exit code says the verdict. */
async function showExperiments({ name, json, out, error, ...target }: ShowOptions) {
  const path = name === undefined ? '/experiments' : `/experiments/${encodeURIComponent(name)}`
  const reply = await askGateway(target, path)
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const found = (name === undefined ? reply.body : [reply.body]) as readonly ExperimentReport[]
  if (json) out(JSON.stringify(reply.body))
  else if (found.length === 0) out('no policy has an experiment')
  else for (const report of found) for (const line of experimentText(report)) out(line)
  const [first] = found
  return name === undefined || first === undefined ? exitCodes.done : codes[first.verdict]
}

interface RestartOptions extends Said {
  readonly name: string
  readonly note?: string | undefined
}

async function restart({ name, note, out, error, ...target }: RestartOptions) {
  const who = userName(target.env)
  const path = `/experiments/${encodeURIComponent(name)}/restart`
  const reply = await askGateway(target, path, note === undefined ? { who } : { who, note })
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  out(printable((reply.body as Extract<RestartAnswer, { done: true }>).text))
  return exitCodes.done
}
