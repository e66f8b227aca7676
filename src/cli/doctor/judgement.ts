/** What is looked at; the same word stands in the text, in the JSON and in docs/doctor.md. */
export type CheckName =
  | 'node' // the version that runs this
  | 'configuration' // what `check` says
  | 'open-files' // `ulimit -n` against what connections may need
  | 'memory' // of the machine, or of the cgroup
  | 'processors' // those that this process may use
  | 'port' // of the listener for clients, and of that for operators
  | 'directory' // what is written to: `store.dir`, `unleash.backupDir`
  | 'redis'
  | 'unleash' // the flags
  | 'unleash-admin' // where a switch back turns them off
  | 'upstream' // the origins of V1 and of V2
  | 'certificate' // those that the gateway shows, and those by which it believes others
  | 'key-set' // the keys of identity providers
  | 'login' // where browsers are sent to log in
  | 'collector' // of spans
  | 'clock' // this machine's against the others'

export type FindingState = 'ok' | 'warning' | 'problem' | 'skipped'

/** What one look came to. Whatever is not right says what to do next. */
export type Judgement =
  | { readonly state: 'ok' | 'skipped'; readonly found: string; readonly next: null }
  | { readonly state: 'warning' | 'problem'; readonly found: string; readonly next: string }

/** A judgement with what it is about, such as `main v1 http://10.0.0.5:5062`; empty where the check says it. */
export type Finding = Judgement & { readonly check: CheckName; readonly subject: string }

export function ok(found: string): Judgement {
  return { state: 'ok', found, next: null }
}

/** `why`: it could not be looked at, or there is nothing to look at. */
export function skipped(why: string): Judgement {
  return { state: 'skipped', found: why, next: null }
}

/** It serves, and worse than it could or not for long. */
export function warning(found: string, next: string): Judgement {
  return { state: 'warning', found, next }
}

/** It does not serve, or not what the configuration says. */
export function problem(found: string, next: string): Judgement {
  return { state: 'problem', found, next }
}
