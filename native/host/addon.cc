#include "addon.h"

namespace docktape {
namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto* data = new AddonData;  // the environment's from here on
  data->source = Napi::Persistent(SourceClass(env));
  data->batch = Napi::Persistent(BatchClass(env));
  env.SetInstanceData(data);
  exports["Plugin"] = PluginClass(env);
  return exports;
}

}  // namespace

NODE_API_MODULE(plugin_host, Init)

}  // namespace docktape
