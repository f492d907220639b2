"""C++ from .proto files with the system's protoc and gRPC plugin."""

def cc_proto(name, src, deps = [], grpc = False, visibility = None):
    """A cc_library of one .proto file.

    Args:
      name: the library's name.
      src: the .proto file, imported from the workspace root.
      deps: other cc_proto libraries that src imports.
      grpc: whether src declares services.
      visibility: as usual.
    """
    stem = src[:-len(".proto")]
    headers = [stem + ".pb.h"]
    sources = [stem + ".pb.cc"]
    command = "/usr/bin/protoc -I . --cpp_out=$(GENDIR) "
    if grpc:
        headers.append(stem + ".grpc.pb.h")
        sources.append(stem + ".grpc.pb.cc")
        command += "--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin --grpc_out=$(GENDIR) "
    native.filegroup(
        name = name + "_proto",
        srcs = [src] + [d + "_proto" for d in deps],
    )
    native.genrule(
        name = name + "_gen",
        srcs = [":" + name + "_proto"],
        outs = headers + sources,
        cmd = command + native.package_name() + "/" + src,
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        # Generated code is not ours to warn about.
        copts = ["-w"],
        visibility = visibility,
        deps = deps + ["//third_party/protobuf"] + (["//third_party/grpc"] if grpc else []),
    )
