/** Wall-clock milliseconds since the Unix epoch, as the browser has it: for what is said of its own waits alone. */
export function now(): number {
  return Date.now()
}

/** Calls `task` every `periodMs` until the returned function is called. */
export function every(periodMs: number, task: () => void): () => void {
  const timer = setInterval(task, periodMs)
  return () => clearInterval(timer)
}

/** Calls `task` once after `ms`, unless the returned function is called first. */
export function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms)
  return () => clearTimeout(timer)
}
