/**
 * Request headers that belong to HTTP's framing, or that the gateway writes itself. No file may say what they
 * hold or read them as the client's; what else a field may not name stands beside its rule.
 */
export const ownHeaders: readonly string[] = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'via',
  'x-request-id',
]
