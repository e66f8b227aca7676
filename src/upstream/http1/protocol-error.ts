/** Why an answer was refused; the word stands in the error and in the tests. */
export type ProtocolReason =
  | 'status-line'
  | 'line-end'
  | 'field-name'
  | 'field-value'
  | 'head-too-large'
  | 'content-length'
  | 'transfer-encoding'
  | 'too-many-interim'
  | 'unasked-upgrade'
  | 'chunk-size'
  | 'chunk-extension'
  | 'chunk-end'
  | 'trailers-too-large'

/** An answer that RFC 9112 does not allow, or that is over a limit. Carries no bytes of the answer. */
export class ProtocolError extends Error {
  readonly reason: ProtocolReason

  constructor(reason: ProtocolReason) {
    super(`Cannot read the upstream's answer: its ${reason.replaceAll('-', ' ')} is not acceptable`)
    this.name = 'ProtocolError'
    this.reason = reason
  }
}
