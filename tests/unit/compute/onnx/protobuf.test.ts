import { describe, expect, it } from 'vitest'
import { ProtobufWriter } from '../../../../src/compute/onnx/protobuf.ts'

const hex = (writer: ProtobufWriter): string => Buffer.from(writer.finish()).toString('hex')

describe('the protobuf writer', () => {
  it('writes integers as varints, seven bits at a time', () => {
    expect(hex(new ProtobufWriter().integer(1, 150))).toBe('089601')
    expect(hex(new ProtobufWriter().integer(1, 0))).toBe('0800')
    expect(hex(new ProtobufWriter().integer(2, 2n ** 40n))).toBe('10808080808020')
  })

  it('writes negative integers in ten bytes', () => {
    expect(hex(new ProtobufWriter().integer(1, -1))).toBe('08ffffffffffffffffff01')
  })

  it('writes the tag of a field above 15 in two bytes', () => {
    expect(hex(new ProtobufWriter().integer(20, 2))).toBe('a00102')
  })

  it('writes floats as little-endian 32 bits', () => {
    expect(hex(new ProtobufWriter().float(2, 1.5))).toBe('150000c03f')
  })

  it('writes strings in UTF-8 and messages with their length in front', () => {
    expect(hex(new ProtobufWriter().string(2, 'testing'))).toBe('120774657374696e67')
    expect(hex(new ProtobufWriter().message(3, (m) => m.integer(1, 150)))).toBe('1a03089601')
  })
})
