import type { Attribute, ElementType, Graph, Initializer, Node, ValueInfo } from './model.ts'
import { ProtobufWriter } from './protobuf.ts'

const IR_VERSION = 10
/** ONNX's own operator set; com.microsoft holds the runtime's fused operators. */
export const OPSETS = { '': 21, 'com.microsoft': 1 } as const

const ELEMENT_TYPES: Readonly<Record<ElementType, number>> = {
  float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10,
}
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const
const EXTERNAL = 1 // TensorProto.DataLocation

/** The bytes of a ModelProto. Field numbers are those of onnx.proto3. */
export function encodeModel(graph: Graph): Uint8Array {
  const model = new ProtobufWriter().integer(1, IR_VERSION).string(2, 'hilum')
  model.message(7, (g) => writeGraph(g, graph))
  for (const [domain, version] of Object.entries(OPSETS)) {
    model.message(8, (opset) => opset.string(1, domain).integer(2, version))
  }
  return model.finish()
}

function writeGraph(out: ProtobufWriter, graph: Graph): void {
  for (const node of graph.nodes) out.message(1, (m) => writeNode(m, node))
  out.string(2, graph.name)
  for (const initializer of graph.initializers) out.message(5, (m) => writeInitializer(m, initializer))
  for (const input of graph.inputs) out.message(11, (m) => writeValueInfo(m, input))
  for (const output of graph.outputs) out.message(12, (m) => writeValueInfo(m, output))
}

function writeNode(out: ProtobufWriter, node: Node): void {
  for (const input of node.inputs) out.string(1, input)
  for (const output of node.outputs) out.string(2, output)
  out.string(3, node.name).string(4, node.operator)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    out.message(5, (m) => writeAttribute(m, name, attribute))
  }
  if (node.domain !== '') out.string(7, node.domain)
}

function writeAttribute(out: ProtobufWriter, name: string, attribute: Attribute): void {
  out.string(1, name)
  if ('float' in attribute) out.float(2, attribute.float).integer(20, ATTRIBUTE_TYPES.float)
  else if ('int' in attribute) out.integer(3, attribute.int).integer(20, ATTRIBUTE_TYPES.int)
  else {
    for (const value of attribute.ints) out.integer(8, value)
    out.integer(20, ATTRIBUTE_TYPES.ints)
  }
}

function writeInitializer(out: ProtobufWriter, initializer: Initializer): void {
  for (const dim of initializer.dims) out.integer(1, dim)
  out.integer(2, ELEMENT_TYPES[initializer.type]).string(8, initializer.name)
  const data = initializer.data
  if (data instanceof Uint8Array) {
    out.bytes(9, data)
    return
  }
  const entry = (key: string, value: string): void => {
    out.message(13, (m) => m.string(1, key).string(2, value))
  }
  entry('location', data.location)
  entry('offset', String(data.offset))
  entry('length', String(data.length))
  out.integer(14, EXTERNAL)
}

function writeValueInfo(out: ProtobufWriter, value: ValueInfo): void {
  out.string(1, value.name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.integer(1, ELEMENT_TYPES[value.type]).message(2, (shape) => {
        for (const dim of value.dims) {
          shape.message(1, (d) => (typeof dim === 'number' ? d.integer(1, dim) : d.string(2, dim)))
        }
      }),
    ),
  )
}
