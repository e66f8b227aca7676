import { guarded } from '../../failover/scene.ts'
import type { Fault, Scene } from '../fault.ts'
import {
  getsDoNotFail,
  nothingLooksWhole,
  onlyCutOrPosts,
  postsArriveOnce,
  type Rule,
  staysOnV2,
  switchesBack,
  v2CallersDoNotFail,
} from '../rules.ts'

const impatient = guarded.replace('{}', '{ withinMs: 300 }')
/** A V2 that fails: its reads come from V1, its writes are an error, and soon it is asked no more. */
const v2May: readonly Rule[] = [getsDoNotFail, postsArriveOnce, switchesBack]

/** V1 and V2, each failing in every way there is. */
export const serviceFaults: readonly Fault[] = [
  v2Fault('v2-500', 'V2 answers 500 to everything', scene => scene.v2.behave('500')),
  {
    ...v2Fault('v2-hang', 'V2 takes requests and never answers; `fallback.withinMs: 300`', scene =>
      scene.v2.behave('hang'),
    ),
    policy: impatient,
  },
  {
    ...v2Fault('v2-slow', 'V2 answers after 250 ms; budget `latency p95 150ms`', scene =>
      scene.v2.behave('slow'),
    ),
    policy: 'fallback: {}\nbudgets: [{ signal: latency, p95: 150ms }]\n',
  },
  v2Fault('v2-reset', 'V2 resets the connection in the place of each answer', scene =>
    scene.v2.behave('reset'),
  ),
  {
    ...v2Fault('v2-cut', 'V2 breaks off in the middle of each answer', scene =>
      scene.v2.behave('cut'),
    ),
    rows: ['B37'],
    rules: [onlyCutOrPosts, nothingLooksWhole, postsArriveOnce, switchesBack],
  },
  {
    ...v2Fault('v2-killed', '`kill -9` of V2', async ({ v2 }) => v2.signal('SIGKILL')),
    rows: ['B24', 'B38'],
  },
  {
    ...v2Fault('v2-paused', 'SIGSTOP of V2; `fallback.withinMs: 300`', async ({ v2 }) =>
      v2.signal('SIGSTOP'),
    ),
    policy: impatient,
  },
  {
    name: 'v1-killed',
    what: "`kill -9` of V1, started again later; V1's callers get 502 and 503 meanwhile",
    rows: ['B38'],
    make: async ({ v1 }) => v1.signal('SIGKILL'),
    undo: ({ v1 }) => v1.restart(),
    rules: [v2CallersDoNotFail, staysOnV2],
  },
  {
    name: 'v1-paused',
    what: "SIGSTOP of V1, continued later; V1's callers get 504 and 503 meanwhile",
    rows: ['B38'],
    make: async ({ v1 }) => v1.signal('SIGSTOP'),
    undo: async ({ v1 }) => v1.signal('SIGCONT'),
    rules: [v2CallersDoNotFail, staysOnV2],
  },
]

function v2Fault(name: string, what: string, make: (scene: Scene) => Promise<unknown>): Fault {
  return { name, what, rows: ['B24'], make, rules: v2May }
}
