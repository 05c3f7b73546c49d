{
  # Set for the bundle: RE2 compiled from these sources, to link statically. Otherwise the system's RE2 is used.
  "variables": { "re2_library%": "", "re2_sources%": "" },
  "target_defaults": {
    "cflags": ["-Wall", "-Wextra", "-fvisibility=hidden"],
    "cflags_cc": ["-std=c++17"],
    "cflags_cc!": ["-fno-rtti", "-fno-exceptions", "-std=gnu++17", "-std=gnu++20"],
    "cflags!": ["-fno-exceptions"]
  },
  "targets": [
    {
      # libdocker.so: what Falco loads. Nothing of Node is in it, and nothing it needs beyond libc.
      "target_name": "docker",
      "type": "shared_library",
      "product_prefix": "lib",
      "product_extension": "so",
      "include_dirs": ["native"],
      # The name of the folder in which the library of an installation finds its host.
      "defines": ["DOCKTAPE_VERSION=\"<!(node -p \"require('./package.json').version\")\""],
      "sources": ["<!@(ls native/plugin/*.cc native/plugin/*/*.cc 2>/dev/null || true)"],
      # Joining two stores of pointers into one vector store stalls the loads that follow, which costs the JSON parser a third.
      "cflags_cc": ["-O2", "-fno-tree-slp-vectorize"],
      "ldflags": [
        "-static-libstdc++",
        "-static-libgcc",
        "-Wl,--gc-sections",
        # From the folder that the linker runs in: a blank in a whole path would end the flag.
        "-Wl,--version-script=../native/plugin/exports.map",
        "-Wl,-z,defs",
        # What a hot reload of Falco unloads and loads again: the cursors of live streams must outlive that.
        "-Wl,-z,nodelete"
      ]
    },
    {
      # The addon that loads a plugin as Falco does and drives it from Node.
      "target_name": "plugin_host",
      "include_dirs": ["native", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "sources": ["<!@(ls native/host/*.cc 2>/dev/null || true)"],
      # Swallowing: a worker thread's result may come when its environment is ending, which can take no exception any more.
      "defines": ["NAPI_VERSION=8", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "libraries": ["-ldl"]
    },
    {
      # String matching as Falco's library does it: RE2 in POSIX syntax, and libc's fnmatch.
      "target_name": "match",
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "sources": ["<!@(ls native/match/*.cc 2>/dev/null || true)"],
      "defines": ["NAPI_VERSION=8"],
      "conditions": [
        ["re2_library == ''", { "libraries": ["-lre2"] }, {
          "include_dirs": ["<(re2_sources)/re2", "<(re2_sources)/abseil-cpp"],
          "libraries": ["<(re2_library)"]
        }]
      ]
    }
  ]
}
