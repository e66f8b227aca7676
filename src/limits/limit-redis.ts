/** What limits want of Redis; the client behind it stands in `fleet`. */
export interface LimitRedis {
  /**
   * Makes a function of a Lua script. Calls are done in their order. It rejects where Redis is not there
   * or refuses, sooner or later.
   */
  script(
    lua: string,
  ): (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>
  /** Hears each time that the connection can be used. */
  onReady(hear: () => void): void
  close(): Promise<void>
}
