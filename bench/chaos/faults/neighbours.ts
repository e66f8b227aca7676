import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { guarded } from '../../failover/scene.ts'
import type { Fault } from '../fault.ts'
import { fillDisk, freeDisk } from '../full-disk.ts'
import { getsDoNotFail, nothingFails, postsArriveOnce, staysOnV2, switchesBack } from '../rules.ts'

/** Every request asks Redis, and none is near the limit. */
const limited = `${guarded}rateLimit: [{ key: user, limit: 1000/s }]\n`
const unnoticed = [nothingFails, staysOnV2]

/** What a gateway asks and writes beside its work: clients must not notice. */
export const neighbourFaults: readonly Fault[] = [
  {
    name: 'redis-killed',
    what: '`kill -9` of the Redis that counts rates, started again later',
    rows: ['B38'],
    needs: ['redis'],
    policy: limited,
    make: async ({ redis }) => redis?.signal('SIGKILL'),
    undo: async ({ redis }) => redis?.restart(),
    rules: unnoticed,
  },
  {
    name: 'redis-paused',
    what: 'SIGSTOP of the Redis that counts rates, continued later',
    rows: ['B38'],
    needs: ['redis'],
    policy: limited,
    make: async ({ redis }) => redis?.signal('SIGSTOP'),
    undo: async ({ redis }) => redis?.signal('SIGCONT'),
    rules: unnoticed,
  },
  {
    name: 'unleash-killed',
    what: '`kill -9` of Unleash',
    rows: [],
    needs: ['unleash'],
    make: async ({ unleash }) => unleash?.signal('SIGKILL'),
    rules: unnoticed,
  },
  {
    name: 'unleash-paused',
    what: 'SIGSTOP of Unleash, continued later',
    rows: [],
    needs: ['unleash'],
    make: async ({ unleash }) => unleash?.signal('SIGSTOP'),
    undo: async ({ unleash }) => unleash?.signal('SIGCONT'),
    rules: unnoticed,
  },
  {
    name: 'config-broken',
    what: 'a configuration that cannot be read is saved over the good one',
    rows: [],
    async make({ gateway }) {
      const written = join(gateway.dir, 'next')
      writeFileSync(written, 'match: { path: [\n')
      renameSync(written, join(gateway.dir, 'routes/offers.yaml'))
    },
    rules: unnoticed,
  },
  {
    name: 'disk-full',
    what: 'no process of the gateway can write to a file any more (EFBIG), and V2 answers 500 to everything',
    rows: [],
    async make({ gateway, v2 }) {
      fillDisk(gateway.processes())
      await v2.behave('500')
    },
    undo: async ({ gateway }) => freeDisk(gateway.processes()),
    rules: [getsDoNotFail, postsArriveOnce, switchesBack],
  },
]
