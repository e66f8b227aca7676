import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Meter } from './pattern.ts'

const gulpBytes = 1024 * 1024
const restMs = 10

/**
 * Reads to the end at no more than 100 MB/s, far below what the sender can do: whatever sits in
 * between has to hold the sender back, or grow.
 */
export async function readSlowly(source: Readable, meter: Meter): Promise<void> {
  let gulped = 0
  for await (const piece of source) {
    meter.take(piece)
    gulped += piece.length
    if (gulped < gulpBytes) continue
    gulped = 0
    await delay(restMs)
  }
}
