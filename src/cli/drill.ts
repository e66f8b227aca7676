import { DrillFault } from './drill/ask-or-throw.ts'
import { begunLines, drillText } from './drill/drill-report.ts'
import { changeDrill, type RehearsalOptions, rehearse } from './drill/rehearse.ts'
import { exitCodes } from './exit-codes.ts'

export interface DrillOptions extends Omit<RehearsalOptions, 'onBegun'> {
  /** Only ends a drill that was left over. */
  readonly end: boolean
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

const signals = ['SIGINT', 'SIGTERM'] as const

/** `switchback drill <flag>`: a switch back of the testers alone, measured; the exit code. */
export async function drill(options: DrillOptions): Promise<number> {
  const { flag, end, json, out, error } = options
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  for (const signal of signals) process.once(signal, onSignal)
  function onBegun(): void {
    if (!json) for (const line of begunLines(flag)) out(line)
  }
  try {
    if (end) {
      out((await changeDrill(options, 'drill/end')).text)
      return exitCodes.done
    }
    const report = await rehearse({ ...options, onBegun }, stop.signal)
    if (json) out(JSON.stringify(report))
    else for (const line of drillText(report)) out(line)
    return report.isWithin ? exitCodes.done : exitCodes.refused
  } catch (cause) {
    if (cause instanceof DrillFault) {
      error(cause.message)
      return cause.exitCode
    }
    if (!stop.signal.aborted) throw cause
    error(`The drill of ${flag} was stopped.`)
    return exitCodes.refused
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}
