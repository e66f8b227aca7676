/** Bytes of the large bodies, up and down. */
export const largeBytes = 2 ** 20
/** Milliseconds after which the slow path answers. */
export const slowMs = 300
