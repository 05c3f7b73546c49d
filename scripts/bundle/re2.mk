# Compiles $(SOURCES), which stand below $(VENDOR), into libre2.a. Hidden, so that a process with another RE2 keeps the two
# apart. -std is that of the addon that includes the headers: abseil's types differ between standards.
CXXFLAGS += -std=c++17 -O2 -DNDEBUG -fPIC -fvisibility=hidden -fvisibility-inlines-hidden -pthread
CXXFLAGS += -ffunction-sections -fdata-sections
objects := $(SOURCES:.cc=.o)

libre2.a: $(objects)
	$(AR) rcD $@ $^

$(objects): %.o: $(VENDOR)/%.cc
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) -I$(VENDOR)/re2 -I$(VENDOR)/abseil-cpp -c $< -o $@
