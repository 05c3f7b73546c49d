#pragma once

#include <napi.h>

#include <memory>

#include "events.h"
#include "instance.h"
#include "state.h"

namespace docktape {

/** The classes that other classes make objects of. */
struct AddonData {
  Napi::FunctionReference source;
  Napi::FunctionReference batch;
};

/** `Plugin` of addon.ts. */
Napi::Function PluginClass(Napi::Env env);

/** `NativeSource` of addon.ts. */
Napi::Function SourceClass(Napi::Env env);
Napi::Object NewSource(Napi::Env env, std::shared_ptr<Instance> instance);

/** `NativeBatch` of addon.ts. */
Napi::Function BatchClass(Napi::Env env);
Napi::Object NewBatch(Napi::Env env, std::shared_ptr<State> state, Events events);

}  // namespace docktape
