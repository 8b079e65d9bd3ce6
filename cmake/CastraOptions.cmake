# Warnings and sanitizers, as one interface target that every Castra target links.
add_library(castra_options INTERFACE)
target_compile_options(castra_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                -Woverloaded-virtual -Wextra-semi -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc 12 reports impossible overlaps inside std::string's operator+ (gcc bug 105651), and, once
  # everything is inlined, frees of stack objects in code that has none; clang sees neither.
  target_compile_options(castra_options INTERFACE -Wno-restrict -Wno-free-nonheap-object)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's own std::stable_sort uses what it has marked deprecated; gcc hides that.
  target_compile_options(castra_options INTERFACE -Wno-deprecated-declarations)
endif()
if(CASTRA_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Under the sanitizers gcc 12 takes std::regex's own members for uninitialized (gcc bug 105562).
    target_compile_options(castra_options INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_compile_options(castra_options INTERFACE -fsanitize=address,undefined
                                                  -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(castra_options INTERFACE -fsanitize=address,undefined)
endif()

# clang only: coverage feedback in every library, for the driver in tests/fuzz.
option(CASTRA_FUZZ "Build the libFuzzer driver (clang only)" OFF)
if(CASTRA_FUZZ)
  target_compile_options(castra_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
