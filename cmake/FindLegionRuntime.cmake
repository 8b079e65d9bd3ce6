# Finds Legion and Realm and defines the imported target Legion::Runtime.
#
# Two shapes are understood:
#   * Legion_ROOT (CMake or environment variable): a Legion built from source and installed, i.e.
#     include/legion.h and lib/liblegion.so, lib/librealm.so;
#   * CASTRA_LEGION_DIR (CMake or environment variable, default: what scripts/get-legion.sh unpacks
#     from the PyPI wheel): include/legion.h, lib/liblegion-legate.so, lib/librealm-legate.so.
# Sets LegionRuntime_FOUND, LegionRuntime_LIBRARY_DIR, LegionRuntime_INCLUDE_DIR.
#
# The wheel's own LegionConfig.cmake insists on a CUDA toolkit, which neither compiling against the
# headers nor linking needs; hence this module.
if(NOT Legion_ROOT AND DEFINED ENV{Legion_ROOT})
  set(Legion_ROOT "$ENV{Legion_ROOT}")
endif()
if(NOT CASTRA_LEGION_DIR)
  if(DEFINED ENV{CASTRA_LEGION_DIR})
    set(CASTRA_LEGION_DIR "$ENV{CASTRA_LEGION_DIR}")
  else()
    execute_process(COMMAND "${CMAKE_SOURCE_DIR}/scripts/get-legion.sh" --where
                    OUTPUT_VARIABLE CASTRA_LEGION_DIR OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
endif()

find_path(LegionRuntime_INCLUDE_DIR legion.h
          PATHS "${Legion_ROOT}/include" "${CASTRA_LEGION_DIR}/include" NO_DEFAULT_PATH)
find_library(LegionRuntime_LEGION_LIBRARY NAMES legion legion-legate
             PATHS "${Legion_ROOT}/lib" "${Legion_ROOT}/lib64" "${CASTRA_LEGION_DIR}/lib" NO_DEFAULT_PATH)
find_library(LegionRuntime_REALM_LIBRARY NAMES realm realm-legate
             PATHS "${Legion_ROOT}/lib" "${Legion_ROOT}/lib64" "${CASTRA_LEGION_DIR}/lib" NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LegionRuntime
  REQUIRED_VARS LegionRuntime_LEGION_LIBRARY LegionRuntime_REALM_LIBRARY LegionRuntime_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/get-legion.sh, or set Legion_ROOT to an installed Legion")

if(LegionRuntime_FOUND AND NOT TARGET Legion::Runtime)
  get_filename_component(LegionRuntime_LIBRARY_DIR "${LegionRuntime_LEGION_LIBRARY}" DIRECTORY)
  find_package(Threads REQUIRED)
  add_library(Legion::Realm SHARED IMPORTED)
  set_target_properties(Legion::Realm PROPERTIES IMPORTED_LOCATION "${LegionRuntime_REALM_LIBRARY}")
  add_library(Legion::Runtime SHARED IMPORTED)
  set_target_properties(Legion::Runtime PROPERTIES
    IMPORTED_LOCATION "${LegionRuntime_LEGION_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${LegionRuntime_INCLUDE_DIR};${LegionRuntime_INCLUDE_DIR}/mappers"
    INTERFACE_LINK_LIBRARIES "Legion::Realm;Threads::Threads;atomic")
  # The libraries name libcuda.so.1, which a machine without a driver lacks at link time.
  set_property(TARGET Legion::Runtime PROPERTY INTERFACE_LINK_OPTIONS "-Wl,--allow-shlib-undefined")
endif()
