#pragma once

#include <napi.h>

#include <functional>

namespace docktape {

/** Work on a worker thread, so that Node's own thread stays free, and the promise of its result. */
class Task : public Napi::AsyncWorker {
public:
  /**
   * Runs `work` on a worker thread, then settles with what `result` makes on Node's thread; or rejects with an Error of
   * the text of the std::exception that `work` threw.
   */
  static Napi::Promise Run(Napi::Env env, std::function<void()> work, std::function<Napi::Value(Napi::Env)> result) {
    auto* task = new Task(env, std::move(work), std::move(result));  // deletes itself when it is done
    task->Queue();
    return task->deferred_.Promise();
  }

protected:
  void Execute() override { work_(); }
  void OnOK() override { deferred_.Resolve(result_(Env())); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

private:
  Task(Napi::Env env, std::function<void()> work, std::function<Napi::Value(Napi::Env)> result):
      Napi::AsyncWorker(env), deferred_(env), work_(std::move(work)), result_(std::move(result)) {}

  Napi::Promise::Deferred deferred_;
  std::function<void()> work_;
  std::function<Napi::Value(Napi::Env)> result_;
};

}  // namespace docktape
