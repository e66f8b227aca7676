/** TCP ports of the demo; 0 takes any free one. */
export interface DemoPorts {
  readonly gateway: number
  readonly admin: number
  readonly v1: number
  readonly v2: number
}

const places = {
  gateway: { name: 'the gateway', option: '--port' },
  admin: { name: 'the admin listener', option: '--admin-port' },
  v1: { name: 'the sample V1', option: '--v1-port' },
  v2: { name: 'the sample V2', option: '--v2-port' },
} as const satisfies Record<keyof DemoPorts, { name: string; option: string }>

/** Which port a failed listen was about and what to do, or null when `failure` is another fault. */
export function portFault(failure: unknown, ports: DemoPorts): string | null {
  const error = failure instanceof Error && failure.cause ? failure.cause : failure
  if (!(error instanceof Error && 'port' in error && 'code' in error)) return null
  const place = (Object.keys(places) as (keyof DemoPorts)[]).find(key => ports[key] === error.port)
  if (place === undefined) return null
  const { name, option } = places[place]
  return `Cannot start the demo: port ${error.port} must be free for ${name}, received ${error.code}. Choose another with ${option}.`
}
