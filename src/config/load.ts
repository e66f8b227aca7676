import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { adminRule } from './admin-rule.ts'
import type { WrittenDocument } from './changes.ts'
import type { DocumentKind, SourceFile } from './document.ts'
import type { Fault } from './fault.ts'
import { onePerField } from './fault-order.ts'
import { withAbsolutePaths } from './file-fields.ts'
import { deepFreeze } from './freeze.ts'
import { link } from './link.ts'
import { listenTls, servedCertificate } from './listen-tls.ts'
import { openDocument } from './open-document.ts'
import { readSources } from './read.ts'
import { type Rules, rulesOf } from './rules.ts'
import type { FlagConfig } from './schema-flag.ts'
import type { PolicyConfig } from './schema-policy.ts'
import type { ProcessConfig } from './schema-process.ts'
import type { RouteConfig } from './schema-route.ts'
import type { LinkedRoute, Snapshot } from './snapshot.ts'
import { linkedUpstream } from './upstream-tls.ts'
import { type Checked, validate } from './validate.ts'

export interface LoadOptions {
  /** The configuration directory. */
  readonly dir: string
  /** Environment for `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Beside the outcome, the absolute paths of the files that the configuration names, secrets too. */
export type Loaded = { readonly files: readonly string[] } & (
  | {
      readonly ok: true
      readonly snapshot: Snapshot
      /** The files that it was made of. */
      readonly documents: readonly WrittenDocument[]
    }
  | { readonly ok: false; readonly faults: readonly Fault[] }
)

/** Reads, validates and links a whole configuration: one frozen snapshot, or every fault at once. */
export async function loadConfig(options: LoadOptions): Promise<Loaded> {
  const dir = resolve(options.dir)
  const { sources, unreadable, ...found } = await readSources(dir)
  const faults: Fault[] = [...found.faults]
  const files: string[] = []

  async function check<Kind extends DocumentKind>(kind: Kind) {
    const checked = new Map<string, Checked<Kind> | null>()
    for (const source of sources.filter(source => source.kind === kind)) {
      const opened = await openDocument(source, { dir, env: options.env })
      const result = opened.document === null ? null : validate(kind, opened.document)
      checked.set(source.name, result)
      faults.push(...opened.faults, ...(result?.faults ?? []))
      files.push(...opened.files)
    }
    for (const { kind: its, name } of unreadable) if (its === kind) checked.set(name, null)
    return checked
  }

  const processes = await check('process')
  const routes = await check('route')
  const policies = await check('policy')
  const flags = await check('flag')
  const joined = await link(
    { process: processes.get('switchback') ?? null, routes, policies, flags },
    dir,
  )
  faults.push(...joined.faults)
  files.push(...joined.files)
  if (faults.length > 0) return { ok: false, faults: onePerField(faults), files }

  // Without a fault every draft is whole.
  const configs = <Config>(
    kind: DocumentKind,
    checked: ReadonlyMap<string, Checked<DocumentKind> | null>,
  ) =>
    [...checked].map(([name, result]) => ({
      name,
      config: withAbsolutePaths(kind, result?.draft as Config, dir),
    }))
  const rules = new Map(
    configs<PolicyConfig>('policy', policies).map(({ name, config }) => [name, rulesOf(config)]),
  )
  const [first] = configs<ProcessConfig>('process', processes)
  const process = first?.config as ProcessConfig
  const { tls } = process.listen
  const { tls: ofAdmin } = process.admin
  const snapshot: Snapshot = {
    version: versionOf(sources, joined.contents),
    dir,
    process,
    listenTls: tls === undefined ? null : listenTls(tls, joined.texts),
    adminTls: ofAdmin === undefined ? null : servedCertificate(ofAdmin, joined.texts),
    keySets: keySetsOf(process, [...rules.values()], joined.texts),
    routes: configs<RouteConfig>('route', routes).map(
      ({ name, config }): LinkedRoute =>
        linked(name, config, rules.get(config.policy) as Rules, joined.texts),
    ),
    flags: configs<FlagConfig>('flag', flags).map(({ config }) => config),
  }
  const documents = [processes, routes, policies, flags].flatMap(checked =>
    [...checked.values()].flatMap((each): WrittenDocument[] =>
      each === null ? [] : [{ document: each.document, whole: each.draft }],
    ),
  )
  return { ok: true, snapshot: deepFreeze(snapshot), documents, files }
}

/** A route with its policy. Under a policy with a JWT the user is the token's `sub`, unless the route says who else. */
function linked(
  name: string,
  { v1, v2, ...route }: RouteConfig,
  rules: Rules,
  texts: ReadonlyMap<string, string>,
): LinkedRoute {
  const user = route.user ?? (rules.auth === 'public' ? undefined : { claim: 'sub' })
  return {
    ...route,
    v1: linkedUpstream(v1, texts),
    ...(v2 === undefined ? {} : { v2: linkedUpstream(v2, texts) }),
    ...(user === undefined ? {} : { user }),
    name,
    rules,
  }
}

/** The contents of the key sets that come out of files. */
function keySetsOf(
  { admin }: ProcessConfig,
  rules: readonly Rules[],
  texts: ReadonlyMap<string, string>,
): Snapshot['keySets'] {
  const { oidc } = adminRule(admin)
  const issuers = rules.flatMap(({ auth }) => (auth === 'public' ? [] : auth.issuers))
  const all = oidc === null ? issuers : [...issuers, oidc.issuer]
  const files = all.flatMap(({ keys }) => ('file' in keys ? keys.file : []))
  return Object.fromEntries(files.map(file => [file, texts.get(file) as string]))
}

/** Taken over the files as written, in which secrets are references. */
function versionOf(sources: readonly SourceFile[], listed: readonly string[]): string {
  const parts = [
    ...sources.map(({ file, text }) => [file, text]),
    ...listed.map(text => ['', text]),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}
