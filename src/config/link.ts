import type { DocumentKind } from './document.ts'
import { isWritten } from './document.ts'
import type { Fault } from './fault.ts'
import { linkAdmin } from './link-admin.ts'
import { linkAuth } from './link-auth.ts'
import { linkBudgets } from './link-budget.ts'
import { linkEntrance } from './link-entrance.ts'
import { linkExperiments } from './link-experiment.ts'
import { linkFlag } from './link-flag.ts'
import { linkLimits } from './link-limits.ts'
import { linkListen } from './link-listen.ts'
import { linkOverlaps } from './link-overlaps.ts'
import { linkProcess } from './link-process.ts'
import { linkRollout } from './link-rollout.ts'
import { linkRoute } from './link-route.ts'
import { linkShadow } from './link-shadow.ts'
import { readListedFiles } from './listed-files.ts'
import type { Checked } from './validate.ts'

type ByName<Kind extends DocumentKind> = ReadonlyMap<string, Checked<Kind> | null>

/** All documents by name; null for one that could not be parsed, so that it still counts as there. */
export interface Documents {
  readonly process: Checked<'process'> | null
  readonly routes: ByName<'route'>
  readonly policies: ByName<'policy'>
  readonly flags: ByName<'flag'>
}

export interface Linked {
  readonly faults: readonly Fault[]
  /** Absolute paths of the files that documents name. */
  readonly files: readonly string[]
  /** What of their contents belongs to the version. */
  readonly contents: readonly string[]
  /** Their contents by absolute path. */
  readonly texts: ReadonlyMap<string, string>
}

/** Applies every rule that looks across fields, documents or to other files. */
export async function link(documents: Documents, dir: string): Promise<Linked> {
  const { process, policies, flags } = documents
  const routes = present(documents.routes)
  const around = {
    policies,
    flagNames: [...flags.keys()],
    // A broken switchback.yaml proves nothing about what is missing.
    usesUnleash: process === null || isWritten(process.document, ['unleash']),
    hasCookieSecret: process === null || isWritten(process.document, ['cookieSecret']),
  }
  const clientCa = ['listen', 'tls', 'clientCaFile']
  const hasClientCa = process === null || isWritten(process.document, clientCa)
  const all = [
    ...(process === null ? [] : [process]),
    ...routes,
    ...present(policies),
    ...present(flags),
  ]
  const listed = await Promise.all(all.map(checked => readListedFiles(checked, dir)))
  const texts = new Map(listed.flatMap(({ texts }) => [...texts]))

  return {
    faults: [
      ...(process === null ? [] : linkProcess(process)),
      ...(process === null ? [] : linkListen(process, texts, dir)),
      ...(process === null ? [] : linkAdmin(process)),
      ...routes.flatMap(route => linkRoute(route, around)),
      ...linkOverlaps(routes),
      ...present(policies).flatMap(linkEntrance),
      ...present(policies).flatMap(policy => linkAuth(policy, hasClientCa)),
      ...present(policies).flatMap(policy => linkLimits(policy, routes)),
      ...present(policies).flatMap(policy => linkBudgets(policy, routes)),
      ...present(policies).flatMap(policy =>
        linkExperiments(policy, { ...around, routes, policies: present(policies) }),
      ),
      ...present(policies).flatMap(policy => linkShadow(policy, routes)),
      ...present(policies).flatMap(policy =>
        linkRollout(policy, { process, routes, flags, policies: present(policies) }),
      ),
      ...present(flags).flatMap(linkFlag),
      ...listed.flatMap(({ faults }) => faults),
    ],
    files: listed.flatMap(({ files }) => files),
    contents: listed.flatMap(({ contents }) => contents),
    texts,
  }
}

function present<Kind extends DocumentKind>(checked: ByName<Kind>): Checked<Kind>[] {
  return [...checked.values()].filter(value => value !== null)
}
