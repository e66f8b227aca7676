/** Longest reason that fits a control frame beside its status, in bytes of UTF-8. */
const maxReasonBytes = 123

/**
 * A Close frame as a server sends it, RFC 6455 section 5.5.1. `code` must be one that may be sent
 * (1000–1003, 1007–1014, 3000–4999). A reason over 123 bytes is a mistake of the caller: RangeError.
 */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason)
  if (text.length > maxReasonBytes) {
    throw new RangeError(
      `Cannot close a WebSocket: reason must be at most ${maxReasonBytes} bytes, received ${text.length}`,
    )
  }
  const frame = Buffer.allocUnsafe(4 + text.length)
  frame[0] = 0x88
  frame[1] = 2 + text.length
  frame.writeUInt16BE(code, 2)
  text.copy(frame, 4)
  return frame
}

/**
 * The same as a client sends it. The masking key is zero: it is there to keep attackers from choosing
 * bytes on the wire (RFC 6455 section 10.3), and these bytes are the gateway's own.
 */
export function maskedCloseFrame(code: number, reason: string): Buffer {
  const plain = closeFrame(code, reason)
  const head = Buffer.from([0x88, 0x80 | (plain[1] as number), 0, 0, 0, 0])
  return Buffer.concat([head, plain.subarray(2)])
}
