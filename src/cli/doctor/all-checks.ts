import type { Clock } from '../../clock.ts'
import { adminRule } from '../../config/admin-rule.ts'
import type { IssuerRule } from '../../config/auth-rule.ts'
import type { LinkedRoute, Snapshot } from '../../config/snapshot.ts'
import { upstreamRules } from '../../config/upstream-rules.ts'
import type { LinkedUpstream } from '../../config/upstream-tls.ts'
import { redisTarget, shownTarget } from '../../fleet/stores/redis-url.ts'
import { issuersOfRoutes } from '../../pipeline/key-sets.ts'
import { askOrigin } from './ask-origin.ts'
import { askRedis } from './ask-redis.ts'
import { lookAtCollector } from './collector.ts'
import { lookAtDirectory } from './directories.ts'
import { judgeAuthorities, judgeCertificate } from './judge-certificate.ts'
import type { Sighting } from './judge-clock.ts'
import { judgeNames } from './judge-names.ts'
import { judgeOrigins } from './judge-origins.ts'
import { judgeRedis } from './judge-redis.ts'
import { type CheckName, skipped } from './judgement.ts'
import { lookAtKeySet } from './key-set.ts'
import { lookAtLoginProvider } from './login-provider.ts'
import { judgeOpenFiles, openFileLimit, openFilesNeeded } from './open-files.ts'
import { judgePort, type Listener, portTrouble } from './ports.ts'
import { judgeMemory, judgeProcessors, memoryOfProcess, processorsOfProcess } from './resources.ts'
import type { Check } from './run-checks.ts'
import { lookAtUnleashAdmin } from './unleash-admin.ts'
import { askUnleash, judgeUnleash } from './unleash-flags.ts'

export interface ChecksDeps {
  readonly clock: Clock
  /** The admin address of the Switchback that runs here; null for none. */
  readonly running: string | null
  /** Hears what another clock said. */
  readonly saw: (sighting: Sighting) => void
}

/** Days before the end of a certificate from which on it is told, where no listen.tls says so. */
const warnBeforeDays = 14

/** Everything that can be looked at for a configuration, in the order in which it is told. */
export function allChecks(snapshot: Snapshot, deps: ChecksDeps): Check[] {
  return [
    ...ofMachine(snapshot),
    ...ofPorts(snapshot, deps),
    ...ofDirectories(snapshot),
    ofRedis(snapshot, deps),
    ...ofUnleash(snapshot, deps),
    ...ofUpstreams(snapshot, deps),
    ...ofCertificates(snapshot, deps),
    ...ofKeySets(snapshot),
    ...ofCollector(snapshot),
  ]
}

function ofMachine(snapshot: Snapshot): Check[] {
  const { workers } = snapshot.process
  return [
    one('open-files', '', async () =>
      judgeOpenFiles(await openFileLimit(), openFilesNeeded(snapshot)),
    ),
    one('memory', '', () => judgeMemory(memoryOfProcess(), workers)),
    one('processors', '', async () => judgeProcessors(await processorsOfProcess(), workers)),
  ]
}

function ofPorts({ process: { listen, admin } }: Snapshot, { running }: ChecksDeps): Check[] {
  const listeners: Listener[] = [
    { field: 'listen', ...listen },
    { field: 'admin', ...admin },
  ]
  return listeners.map(each =>
    one('port', `${each.field} ${each.host}:${each.port}`, async () =>
      judgePort(each, await portTrouble(each), running),
    ),
  )
}

function ofDirectories({ process: { store, unleash } }: Snapshot): Check[] {
  const fields: [path: string, field: string][] = [[store.dir, 'store.dir']]
  if (unleash !== undefined) fields.push([unleash.backupDir, 'unleash.backupDir'])
  return fields.map(([path, field]) =>
    one('directory', `${field} ${path}`, () => lookAtDirectory(path, field)),
  )
}

function ofRedis({ process: { store } }: Snapshot, { clock, saw }: ChecksDeps): Check {
  const { redis: url, timeoutMs } = store
  if (url === undefined) {
    return one('redis', '', () => skipped('store.redis is not there: this machine is alone'))
  }
  return one('redis', shownTarget(redisTarget(url)), async () => {
    const answer = await askRedis({ url, timeoutMs, clock })
    if (answer.ok) saw({ of: 'Redis', ...answer.clock })
    return judgeRedis(answer, store)
  })
}

function ofUnleash({ process: { unleash }, routes }: Snapshot, deps: ChecksDeps): Check[] {
  if (unleash === undefined) {
    return [one('unleash', '', () => skipped('flags come out of files, see flags/'))]
  }
  const flags = [...new Set(routes.flatMap(({ flag }) => flag ?? []))]
  const { url, admin } = unleash
  const read = one('unleash', url, async late => {
    const answer = await askUnleash(unleash, deps.clock, late)
    if (answer.status !== null && answer.clock !== null) {
      deps.saw({ of: 'Unleash', ...answer.clock })
    }
    return judgeUnleash(answer, flags)
  })
  if (admin === undefined) return [read]
  return [
    read,
    ...flags.map(flag =>
      one('unleash-admin', `flag ${flag}`, late => lookAtUnleashAdmin(admin, flag, late)),
    ),
  ]
}

function ofUpstreams({ routes }: Snapshot, { clock }: ChecksDeps): Check[] {
  return routes.flatMap(({ name, v1, v2 }) => {
    const variants: [variant: string, upstream: LinkedUpstream | undefined][] = [
      ['v1', v1],
      ['v2', v2],
    ]
    return variants.flatMap(([variant, upstream]) =>
      upstream === undefined ? [] : [ofVariant(`${name} ${variant}`, upstream, clock)],
    )
  })
}

function ofVariant(subject: string, upstream: LinkedUpstream, clock: Clock): Check {
  const { urls, url, tls = {} } = upstream
  const origins = urls ?? [url as string]
  const path = upstreamRules(upstream).health?.path ?? null
  return one('upstream', subject, async late => {
    const asked = await Promise.all(
      origins.map(async written => {
        const { origin } = new URL(written)
        return { origin, answer: await askOrigin({ origin, tls, path, clock }, late) }
      }),
    )
    return judgeOrigins(asked, clock.now())
  })
}

function ofCertificates(snapshot: Snapshot, { clock }: ChecksDeps): Check[] {
  const { listenTls, adminTls, routes } = snapshot
  const warnDays = listenTls?.warnBeforeDays ?? warnBeforeDays
  const shown = [
    ...(listenTls?.certificates ?? []).map(each => ({ of: 'listen', ...each })),
    ...(adminTls === null ? [] : [{ of: 'admin', ...adminTls }]),
    ...ownCertificates(routes),
  ]
  const checks = shown.map(({ of, file, cert }) =>
    one('certificate', `${of} ${file}`, () => judgeCertificate(cert, clock.now(), warnDays)),
  )
  if (listenTls !== null) {
    const hosts = routes.flatMap(({ match }) => match.host ?? [])
    checks.push(one('certificate', 'listen', () => judgeNames(listenTls, hosts)))
    const { clients } = listenTls
    if (clients !== null) {
      const look = () => judgeAuthorities(clients.authorities, clock.now())
      checks.push(one('certificate', 'listen.tls.clientCaFile', look))
    }
  }
  if (checks.length > 0) return checks
  return [one('certificate', '', () => skipped('no listener and no upstream is shown one'))]
}

/** Those that upstreams are shown, each file once. */
function ownCertificates(routes: readonly LinkedRoute[]) {
  const found = new Map<string, { of: string; file: string; cert: string }>()
  for (const { name, v1, v2 } of routes) {
    for (const tls of [v1.tls, v2?.tls]) {
      const { own, cert } = tls ?? {}
      if (own && cert !== undefined && !found.has(own.file)) {
        found.set(own.file, { of: name, file: own.file, cert })
      }
    }
  }
  return [...found.values()]
}

function ofKeySets(snapshot: Snapshot): Check[] {
  const { oidc } = adminRule(snapshot.process.admin)
  const issuers = [...issuersOfRoutes(snapshot), ...(oidc === null ? [] : [oidc.issuer])]
  const byAddress = new Map<string, IssuerRule[]>()
  for (const issuer of issuers) {
    if (!('url' in issuer.keys)) continue
    const { url } = issuer.keys
    byAddress.set(url, [...(byAddress.get(url) ?? []), issuer])
  }
  const checks = [...byAddress].map(([url, named]) =>
    one('key-set', url, late => lookAtKeySet(url, named, late)),
  )
  if (oidc !== null && oidc.login !== null) {
    const { issuer } = oidc.issuer
    checks.push(one('login', issuer, late => lookAtLoginProvider(issuer, late)))
  }
  if (checks.length > 0) return checks
  return [one('key-set', '', () => skipped('no keys are fetched from an identity provider'))]
}

function ofCollector({ process: { tracing } }: Snapshot): Check[] {
  if (tracing?.otlp === undefined) return []
  const { otlp } = tracing
  const look = one('collector', otlp, late => lookAtCollector(otlp, tracing, late))
  return [{ ...look, isSpare: true }]
}

function one(check: CheckName, subject: string, look: Check['look']): Check {
  return { check, subject, look }
}
