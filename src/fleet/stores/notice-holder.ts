import type { Store } from './store.ts'

const key = 'notice-holder'

/**
 * The name under which this machine puts down what it has to say, the same after every restart; two
 * gateways on one host have one each, or they would write over each other.
 */
export async function noticeHolder(
  local: Store,
  machine: string,
  randomBytes: (size: number) => Buffer,
): Promise<string> {
  const known = await local.recall(key)
  if (known !== null) return known
  const name = `${machine}/${randomBytes(8).toString('hex')}`
  await local.remember(key, name)
  return name
}
