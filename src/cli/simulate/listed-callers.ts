import type { AskedCaller } from '../../cohort/asked-caller.ts'
import { printable } from '../printable.ts'

export interface ListedCallers {
  /** In their order, each once. */
  readonly callers: readonly AskedCaller[]
  /** Lines that repeat a caller of an earlier one. */
  readonly repeated: number
}

/** What is wrong with a caller; null where the gateway could see one like that. */
export type Judge = (caller: AskedCaller) => string | null

/** A list that cannot be simulated, with what is wrong in every line. */
export class ListFault extends Error {
  override readonly name = 'ListFault'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/**
 * The callers of a list. A line is a user id as it is, or an object with `user`, `session`, `address`
 * and `properties`, none of which it needs to have; empty lines are none.
 *
 * @param where What the list is called in faults, such as its file.
 */
export function listedCallers(text: string, where: string, judge: Judge): ListedCallers {
  const callers = new Map<string, AskedCaller>()
  const faults: string[] = []
  let lines = 0
  for (const [i, written] of text.split('\n').entries()) {
    const line = written.trim()
    if (line === '') continue
    lines += 1
    const read = line.startsWith('{') ? fromJson(line) : { user: line, properties: {} }
    const fault = typeof read === 'string' ? read : judge(read)
    if (fault !== null) faults.push(`${where}:${i + 1} ${fault}`)
    else if (typeof read !== 'string') callers.set(identityOf(read), read)
  }
  if (faults.length > 0) throw new ListFault(faults)
  if (lines === 0)
    throw new ListFault([
      `${where} must name one caller at least, received none (--users <file> names another list)`,
    ])
  return { callers: [...callers.values()], repeated: lines - callers.size }
}

/** The same text for the same caller, in whatever order somebody wrote down what is known of them. */
function identityOf({ user, session, address, properties }: AskedCaller): string {
  const pairs = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([user ?? null, session ?? null, address ?? null, pairs])
}

const fields = ['user', 'session', 'address'] as const

/** What the object of a line says, or what is wrong with it. */
function fromJson(line: string): AskedCaller | string {
  const value = parsed(line)
  if (value === null) return `line must be an object in JSON, received ${shown(line)}`
  const { properties = {}, ...rest } = value
  const stranger = Object.keys(rest).find(name => !(fields as readonly string[]).includes(name))
  if (stranger !== undefined) {
    return `field must be one of ${fields.join(', ')}, properties, received ${shown(stranger)}`
  }
  for (const name of fields) {
    if (!(name in rest) || isText(rest[name])) continue
    return `${name} must be a text that is not empty, received ${shown(rest[name])}`
  }
  if (!isRecord(properties)) {
    return `properties must be an object, received ${shown(properties)}`
  }
  for (const [name, each] of Object.entries(properties)) {
    if (isText(each)) continue
    return `properties.${printable(name)} must be a text that is not empty, received ${shown(each)}`
  }
  return { ...rest, properties } as AskedCaller
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An empty one is none to the gateway. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

const shownLength = 80

function shown(value: unknown): string {
  return printable(JSON.stringify(value).slice(0, shownLength))
}
