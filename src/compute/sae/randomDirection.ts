import { seededRandom } from '../evaluate/seededRandom.ts'

/**
 * A direction as long as `like` [d], uniform on the sphere and decided by the feature's number alone: what a push of
 * that length does when it stands for nothing.
 */
export function randomDirection(feature: number, like: Float32Array): Float32Array {
  const next = seededRandom(feature)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const drawn = Float64Array.from(like, normal)
  const scale = Math.sqrt(squares(like) / squares(drawn))
  return Float32Array.from(drawn, (value) => value * scale)
}

function squares(vector: Float32Array | Float64Array): number {
  let sum = 0
  for (const value of vector) sum += value * value
  return sum
}
