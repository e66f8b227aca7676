import type { TestGateway } from './gateway.ts'

/** Resolves once the log has told the event for the `times`-th time. */
export async function logged(gateway: TestGateway, event: string, times = 1): Promise<void> {
  const told = () => gateway.logLines.filter(line => line.includes(`"event":"${event}"`)).length
  while (told() < times) await new Promise(resolve => setImmediate(resolve))
}

/** What the log has told of the event, line by line. */
export function eventsOf(logLines: readonly string[], event: string): Record<string, unknown>[] {
  return logLines.map(line => JSON.parse(line)).filter(told => told.event === event)
}
