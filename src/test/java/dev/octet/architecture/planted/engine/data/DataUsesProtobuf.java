package dev.octet.architecture.planted.engine.data;

import com.google.protobuf.ByteString;

/** Protobuf must stay within engine.onnx. */
public record DataUsesProtobuf(ByteString forbidden) {}
