#pragma once

#include <napi.h>

#include <exception>

namespace docktape {

/** Runs `call`, turning a std::exception into a JavaScript one. */
template <typename Call>
auto Guarded(Napi::Env env, Call call) {
  try {
    return call();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Napi::Error::New(env, error.what());
  }
}

}  // namespace docktape
