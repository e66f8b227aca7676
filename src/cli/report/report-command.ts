import type { Command } from 'commander'
import type { ResidualReport } from '../../residual/report.ts'
import { type AdminTarget, askGateway } from '../admin-client.ts'
import { number } from '../arguments.ts'
import { exitCodes } from '../exit-codes.ts'
import { residualText } from './residual-text.ts'

export interface ReportCommandDeps {
  readonly onRunning: (command: Command) => Command
  /** Makes a reader of an argument one of the command line's. */
  readonly reads: <Value>(read: (text: string) => Value) => (text: string) => Value
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  readonly ended: (exitCode: number) => void
}

interface ReportOptions extends AdminTarget {
  readonly days: number
  readonly json: boolean
}

/** `switchback report`. */
export function addReportCommand(program: Command, deps: ReportCommandDeps): void {
  const { onRunning, reads, env, out, error, ended } = deps

  async function reportResidual({ days, json, ...target }: ReportOptions): Promise<number> {
    const reply = await askGateway(target, `/v1-residual?days=${days}`)
    if (!reply.ok) {
      error(reply.message)
      return exitCodes[reply.reason]
    }
    if (json) out(JSON.stringify(reply.body))
    else for (const line of residualText(reply.body as ResidualReport)) out(line)
    return exitCodes.done
  }

  onRunning(
    program
      .command('report')
      .description('say what was counted over days')
      .command('v1-residual')
      .description(
        'say who still gets V1 where there is a V2: by route, client and segment, and why',
      )
      .option('--days <n>', 'of the last so many days, UTC, 1 to 90', reads(number(90, 1)), 7)
      .option('--json', 'print JSON', false),
  ).action(async ({ config: dir, ...options }) => {
    ended(await reportResidual({ ...options, dir, env }))
  })
}
