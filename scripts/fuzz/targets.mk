# Compiles the fuzz targets of native/fuzz, each with the plugin's own sources that it drives. All are checked by the
# sanitizers; only the plugin's count for coverage. Runs in the project's root.
out := build/fuzz
own = $(1:%=native/plugin/%.cc)
extractor := native/fuzz/json_event.cc native/fuzz/json_context.cc $(wildcard native/plugin/extract/*.cc) $(call own,split_payload)
frames := $(call own,error source/context_slots source/event_batch source/event_lines source/frame_reader source/json_object)
config := $(call own,config config_option config_schema error source/event_key source/request extract/utf8)
targets := $(notdir $(wildcard native/fuzz/corpus/*))

CXX := clang++
CXXFLAGS := -std=c++17 -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Inative -MMD -MP
CXXFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined
CXXFLAGS += -fsanitize-ignorelist=scripts/fuzz/not-ours.txt

$(out)/objects/plugin/%: CXXFLAGS += -fsanitize=fuzzer-no-link

objects = $(patsubst native/%.cc,$(out)/objects/%.o,native/fuzz/$(1).cc $($(1)))

all: $(targets:%=$(out)/%)

.SECONDEXPANSION:
$(targets:%=$(out)/%): $(out)/%: $$(call objects,%)
	$(CXX) -fsanitize=fuzzer,address,undefined $^ -o $@

$(out)/objects/%.o: native/%.cc scripts/fuzz/targets.mk scripts/fuzz/not-ours.txt
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) -c $< -o $@

-include $(shell find $(out) -name '*.d' 2>/dev/null)
