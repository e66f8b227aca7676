/** One mistake in a configuration file, precise enough to jump to. */
export interface Fault {
  /** Path relative to the configuration directory; absolute for that directory itself. */
  readonly file: string
  /** 1-based; 0 for a directory, which has no lines. */
  readonly line: number
  /** 1-based; 0 for a directory. */
  readonly column: number
  /** Dotted field, such as `timeouts.connectMs` or `stickyKey[1]`; empty for the whole document. */
  readonly field: string
  /** What the field must be, as the rest of "must be …". */
  readonly rule: string
  /** The offending value as JSON, cut to 80 characters; `***` where it came from a secret. Null where only the key is wrong. */
  readonly received: string | null
  /** "did you mean …" where a near word exists. */
  readonly hint?: string
}
