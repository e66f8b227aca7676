/**
 * What rate limits let through, and what clients notice when Redis is gone, silent or refuses: see
 * bench/README.md. Exit code 1 when a promise is broken.
 */
import { benchInRounds } from '../failover/in-rounds.ts'
import { scenarios } from './scenarios.ts'

await benchInRounds({ scenarios, page: 'bench-limits.md', by: 'bench:limits' })
