/**
 * What a bad V2, a dead worker or a lost Redis costs clients, and how fast all traffic is back on V1:
 * see bench/README.md. Exit code 1 when a promise is broken.
 */
import { benchInRounds } from './in-rounds.ts'
import { scenarios } from './scenarios.ts'

await benchInRounds({ scenarios, page: 'failover.md', by: 'bench:failover' })
