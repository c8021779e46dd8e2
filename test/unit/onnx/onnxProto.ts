/** An independent reader of ONNX files, by a protobuf library, to compare ours with. */
import protobuf from "protobufjs";

// The messages of onnx.proto that the reader touches, with their numbers.
const schema = `
syntax = "proto2";
message Model { optional int64 irVersion = 1; repeated Opset opsetImport = 8; optional string producerName = 2; optional Graph graph = 7;
  repeated Function functions = 25; }
message Function { optional string name = 1; repeated string input = 4; repeated string output = 5; repeated Node node = 7;
  repeated Opset opsetImport = 9; optional string domain = 10; }
message Opset { optional string domain = 1; optional int64 version = 2; }
message Graph { repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5; repeated Value input = 11;
  repeated Value output = 12; repeated Value valueInfo = 13; }
message Node { repeated string input = 1; repeated string output = 2; optional string name = 3; optional string opType = 4;
  repeated Attribute attribute = 5; optional string domain = 7; }
message Attribute { optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4; optional Tensor t = 5;
  optional Graph g = 6;
  repeated float floats = 7; repeated int64 ints = 8; optional int32 type = 20; }
message Tensor { repeated int64 dims = 1; optional int32 dataType = 2; repeated float floatData = 4; repeated int64 int64Data = 7;
  optional string name = 8; optional bytes rawData = 9; repeated Entry externalData = 13; optional int32 dataLocation = 14; }
message Entry { optional string key = 1; optional string value = 2; }
message Value { optional string name = 1; optional Type type = 2; }
message Type { optional TensorType tensorType = 1; }
message TensorType { optional int32 elemType = 1; optional Shape shape = 2; }
message Shape { repeated Dim dim = 1; }
message Dim { optional int64 dimValue = 1; optional string dimParam = 2; }
`;

interface OracleTensor {
  name?: string;
  dims?: number[];
  dataType?: number;
  rawData?: Uint8Array;
  externalData?: { key: string; value: string }[];
}
interface OracleAttribute {
  name: string;
  i?: number;
  f?: number;
  ints?: number[];
  type?: number;
  t?: OracleTensor;
  g?: OracleGraph;
}
export interface OracleNode {
  name?: string;
  opType: string;
  domain?: string;
  input?: string[];
  output?: string[];
  attribute?: OracleAttribute[];
}
export interface OracleValue {
  name: string;
  type?: { tensorType?: { elemType: number; shape?: { dim?: { dimValue?: number; dimParam?: string }[] } } };
}
interface OracleGraph {
  name?: string;
  node?: OracleNode[];
  initializer?: OracleTensor[];
  input?: OracleValue[];
  output?: OracleValue[];
  valueInfo?: OracleValue[];
}
interface OracleFunction {
  name: string;
  domain: string;
  input?: string[];
  output?: string[];
  node?: OracleNode[];
  opsetImport?: { domain?: string; version: number }[];
}
export interface OracleModel {
  irVersion: number;
  opsetImport: { domain?: string; version: number }[];
  graph: OracleGraph;
  functions?: OracleFunction[];
}

const type = protobuf.parse(schema).root.lookupType("Model");

export function decodeModel(bytes: Uint8Array): OracleModel {
  return type.toObject(type.decode(bytes), { longs: Number }) as OracleModel;
}

export function encodeModel(model: OracleModel): Uint8Array {
  return type.encode(type.fromObject(model)).finish();
}

export const { Writer } = protobuf;
