import type { ListenTls, ServedCertificate } from './listen-tls.ts'
import type { Rules } from './rules.ts'
import type { FlagConfig } from './schema-flag.ts'
import type { ProcessConfig } from './schema-process.ts'
import type { RouteConfig } from './schema-route.ts'
import type { LinkedUpstream } from './upstream-tls.ts'

/** A route as written, with its name, the policy it names, and what the files of its variants hold. */
export interface LinkedRoute extends Omit<RouteConfig, 'v1' | 'v2'> {
  readonly v1: LinkedUpstream
  readonly v2?: LinkedUpstream
  /** File name without extension; the `route` label everywhere. */
  readonly name: string
  /** The policy file that `policy:` names, resolved. */
  readonly rules: Rules
}

/** One whole valid configuration, frozen. A request keeps the snapshot it started with. */
export interface Snapshot {
  /** First 12 hex digits of the SHA-256 over all files read; the values of `${…}` are not part of it. */
  readonly version: string
  /** Absolute path of the configuration directory. */
  readonly dir: string
  readonly process: ProcessConfig
  /** `process.listen.tls` with the contents of its files; null for cleartext. */
  readonly listenTls: ListenTls | null
  /** The same of `process.admin.tls`. */
  readonly adminTls: ServedCertificate | null
  /** What each `jwksFile` holds, by absolute path: what was judged is what tokens are verified by. */
  readonly keySets: Readonly<Record<string, string>>
  readonly routes: readonly LinkedRoute[]
  readonly flags: readonly FlagConfig[]
}
