# castra_library(folder SOURCES a.cc ... [DEPENDS castra_x ...] [LINK lib ...])
# One static library per folder of src/. DEPENDS names the folders above it (public), LINK private
# third-party libraries. The include-graph check reads #include lines, not these lists, so both must
# agree for a build to pass.
function(castra_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINK" ${ARGN})
  string(REPLACE "/" "_" target "castra_${folder}")
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(${target} PUBLIC castra_options ${ARG_DEPENDS} fmt::fmt tl::expected
                        PRIVATE ${ARG_LINK})
endfunction()

# castra_test(name SOURCES a.cc ... [LINK lib ...] [LABELS l ...])
# A GoogleTest executable whose every case is a ctest test.
function(castra_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE castra_options ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE CASTRA_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             CASTRA_BUILD_DIR="${CMAKE_BINARY_DIR}")
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300)
endfunction()
