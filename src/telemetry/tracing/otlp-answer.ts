/** What a collector says of spans that it was sent and did not take. */
export interface Rejected {
  readonly count: number
  readonly why: string
}

/** Bytes of its reason that are told: it goes into the log. */
const longestWhy = 500

const none: Rejected = { count: 0, why: '' }

/** A field of protobuf: its number, and what it holds. */
interface Field {
  readonly field: number
  readonly value: number | Buffer
}

/**
 * Reads an ExportTraceServiceResponse: `partial_success` (1) with `rejected_spans` (1) and `error_message`
 * (2). An answer in another form says nothing; the spans were taken all the same.
 */
export function rejectedIn(answer: Uint8Array): Rejected {
  const partial = fieldsOf(Buffer.from(answer))?.findLast(({ field }) => field === 1)?.value
  if (!Buffer.isBuffer(partial)) return none
  let { count, why } = none
  for (const { field, value } of fieldsOf(partial) ?? []) {
    if (field === 1 && typeof value === 'number') count = value
    if (field === 2 && Buffer.isBuffer(value)) why = value.toString('utf8', 0, longestWhy)
  }
  return { count, why }
}

/** Null for what is no message. */
function fieldsOf(bytes: Buffer): Field[] | null {
  const fields: Field[] = []
  let at = 0

  /** NaN where the bytes end first. */
  function number(): number {
    let value = 0
    for (let place = 1; at < bytes.length; place *= 128) {
      const byte = bytes[at++] as number
      value += (byte & 127) * place
      if (byte < 128) return value
    }
    return Number.NaN
  }

  while (at < bytes.length) {
    const tag = number()
    const value = number()
    if (Number.isNaN(value)) return null
    const field = Math.floor(tag / 8)
    const wireType = tag % 8
    if (wireType === 0) fields.push({ field, value })
    else if (wireType === 2 && at + value <= bytes.length) {
      fields.push({ field, value: bytes.subarray(at, at + value) })
      at += value
    } else return null
  }
  return fields
}
