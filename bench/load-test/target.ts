/** What is loaded, in the order of the report. */
export const targetNames = ['v1', 'v2', 'gateway'] as const

export type TargetName = (typeof targetNames)[number]

/** What a target is called in reports. */
export const titles = {
  v1: 'V1',
  v2: 'V2',
  gateway: 'gateway',
} as const satisfies Record<TargetName, string>

export interface Target {
  readonly name: TargetName
  /** With the path that is asked. */
  readonly url: string
  /** Processes that listen on its port, where they are on this machine and may be looked at. */
  readonly owners: readonly number[]
}
