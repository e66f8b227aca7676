/** Resolves when the event loop has served its sockets once: long work lets clients in between its pieces. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
