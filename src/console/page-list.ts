import type { PageEntry } from './desk.ts'
import { openAudit } from './pages/audit.ts'
import { openDifferences } from './pages/differences.ts'
import { openHealth } from './pages/health.ts'
import { openOverview } from './pages/overview.ts'
import { openRollout } from './pages/rollout.ts'
import { openWhy } from './pages/why.ts'

/** The pages, in the order of the navigation. */
export const pageList: readonly PageEntry[] = [
  { name: 'overview', title: 'Overview', open: openOverview },
  { name: 'rollout', title: 'Rollout', open: openRollout },
  { name: 'differences', title: 'Differences', open: openDifferences },
  { name: 'why', title: 'Why', open: openWhy },
  { name: 'health', title: 'Health', open: openHealth },
  { name: 'audit', title: 'Audit', open: openAudit },
]
