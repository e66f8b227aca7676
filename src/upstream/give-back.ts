/** Of shorter pieces the garbage collector sees few enough bytes; they often share their memory, too. */
const leastBytes = 16_384

/**
 * What a socket is to call once it has written `piece`, so that its memory is free at once; undefined for
 * a piece of which that is not worth it or which does not own all of its memory. Left to the garbage
 * collector, the memory of large bodies sets off a collection of the whole heap every few dozen megabytes,
 * and every request waits for that. Nobody may look at the bytes any more once they are written.
 */
export function givingBack(piece: Buffer): (() => void) | undefined {
  const { buffer, length } = piece
  if (length < leastBytes || length !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) {
    return undefined
  }
  return () => void buffer.transfer(0)
}
