/** One mistake in a configuration file, precise enough to jump to. */
export interface Fault {
  /** Path relative to the configuration directory. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
  /** Dotted field, such as `timeouts.connectMs` or `stickyKey[1]`; empty for the whole document. */
  readonly field: string
  /** What the field must be, as the rest of "must be …". */
  readonly rule: string
  /** The offending value as JSON, cut to 80 characters; `***` where it came from a secret. */
  readonly received: string
  /** "did you mean …" where a near word exists. */
  readonly hint?: string
}
