import { faultOf, runLoad } from './measure.ts'
import type { Processes } from './processes.ts'
import { type Scenario, urlOf } from './scenarios.ts'

/**
 * Asks once as every caller, and returns what is wrong, or null. A gateway that skipped part of its
 * work would be fast: so a splitting one must show both variants and another only v1, and one that
 * checks tokens and rates must refuse.
 */
export async function probe(scenario: Scenario, processes: Processes): Promise<string | null> {
  return (await aboutAnswers(scenario)) ?? (await aboutRefusals(scenario, processes))
}

async function aboutAnswers(scenario: Scenario): Promise<string | null> {
  const { callers, v2Share } = scenario
  let v2 = 0
  for (const headers of callers) {
    const response = await fetch(urlOf(scenario), { headers })
    const body = await response.text()
    if (response.status !== 200 || !body.includes('"offers"'))
      return `answered ${response.status} ${JSON.stringify(body.slice(0, 200))}`
    if (response.headers.get('x-service') === 'v2') v2++
  }
  const [least, most] = v2Share ?? [0, 0]
  const share = v2 / callers.length
  return share >= least && share <= most ? null : `v2 answered ${v2} of ${callers.length} callers`
}

/** Of a chain: bad tokens, and a user who asks as fast as it can while another does not. */
async function aboutRefusals(scenario: Scenario, processes: Processes): Promise<string | null> {
  const { proof, callers } = scenario
  if (proof === undefined) return null
  for (const [what, headers] of proof.refused) {
    const response = await fetch(urlOf(scenario), { headers })
    await response.text()
    if (response.status !== 401) return `answered ${response.status} to ${what}, and not 401`
  }
  const burst = { seconds: 2, connections: 16, core: null }
  const greedy = await runLoad(scenario, proof.greedyFile, processes, burst)
  const fault = faultOf({ ...greedy, non2xx: greedy.non2xx - greedy.limited })
  if (fault !== null) return fault
  // Two seconds and a burst of the limit, and as much again for a window that is not quite exact.
  if (greedy.limited === 0 || greedy.answered > 4000)
    return `let ${greedy.answered} of one user through in 2 s, and answered ${greedy.limited} with 429`
  const other = await fetch(urlOf(scenario), { headers: callers.at(-1) ?? {} })
  await other.text()
  return other.status === 200 ? null : `answered ${other.status} to a user who was within the limit`
}
