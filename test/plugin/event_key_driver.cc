// Prints the key of each line of its input, which is bytes as hex digits; then, on standard error, how fast keys are made.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include "plugin/source/event_key.h"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) bytes += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
    std::cout << docktape::key_text(docktape::event_key(bytes)) << '\n';
  }
  const std::string event(600, 'x');
  const auto begin = std::chrono::steady_clock::now();
  std::uint32_t sum = 0;
  constexpr int kTimes = 200'000;
  for (int i = 0; i < kTimes; ++i) sum += docktape::event_key(event).seeded;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::fprintf(stderr, "keys: %.2f GB/s (%u)\n", 1e-9 * kTimes * static_cast<double>(event.size()) / seconds, sum);
}
