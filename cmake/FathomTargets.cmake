# How every library, program and test of the house is declared.

if(FATHOM_TIDY)
  # Older ones stumble over the standard library's ranges.
  find_program(FATHOM_CLANG_TIDY
    NAMES clang-tidy-20 clang-tidy-19 clang-tidy-18 clang-tidy-17 clang-tidy-16 REQUIRED)
endif()

# A folder's headers can be included only by targets that link it: each library exports a folder
# that holds one link, to itself, and the repository root is nobody's include folder.
function(_fathom_export_headers target folder)
  set(_export "${CMAKE_BINARY_DIR}/include/${folder}")
  get_filename_component(_parent "${_export}/${folder}" DIRECTORY)
  file(MAKE_DIRECTORY "${_parent}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${folder}" "${_export}/${folder}" SYMBOLIC)
  target_include_directories(${target} PUBLIC "${_export}")
endfunction()

function(_fathom_finish target)
  target_compile_options(${target} PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wnon-virtual-dtor;-Woverloaded-virtual>"
    # The same rounding on every device and compiler: no multiply-add is fused behind our back.
    "$<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>"
    "$<$<COMPILE_LANGUAGE:CUDA>:--fmad=false;--expt-relaxed-constexpr>")
  if(FATHOM_WERROR)
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:-Werror>")
  endif()
  if(FATHOM_ASSERTIONS)
    target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  endif()
  if(FATHOM_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${FATHOM_CLANG_TIDY};--quiet")
  endif()
  if(FATHOM_SANITIZE)
    target_compile_definitions(${target} PRIVATE FATHOM_SANITIZED=1)
  endif()
endfunction()

# fathom_library(NAME FOLDER folder SOURCES … [CUDA …] [PUBLIC …] [PRIVATE …] [QT])
function(fathom_library name)
  cmake_parse_arguments(arg "QT" "FOLDER" "SOURCES;CUDA;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  _fathom_export_headers(${name} ${arg_FOLDER})
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  if(arg_CUDA AND FATHOM_HAS_CUDA)
    target_sources(${name} PRIVATE ${arg_CUDA})
    target_compile_definitions(${name} PRIVATE FATHOM_WITH_CUDA=1)
    target_link_libraries(${name} PUBLIC Fathom::CudaRuntime)
  endif()
  if(arg_QT)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${name} PUBLIC QT_NO_KEYWORDS)
  endif()
  _fathom_finish(${name})
endfunction()

# fathom_program(NAME SOURCES … LINK …)
function(fathom_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  _fathom_finish(${name})
endfunction()

# fathom_test(folder/name LINK … [SOURCES …] [SCREEN])
# One Qt Test program from tests/folder/name.cpp, called folder/name in ctest. SCREEN: it needs
# OpenGL and so a real (or virtual) display; the others run on Qt's offscreen platform.
function(fathom_test path)
  cmake_parse_arguments(arg "SCREEN" "" "LINK;SOURCES" ${ARGN})
  string(REPLACE "/" "_" _target "test_${path}")
  add_executable(${_target} "${CMAKE_SOURCE_DIR}/tests/${path}.cpp" ${arg_SOURCES})
  set_target_properties(${_target} PROPERTIES AUTOMOC ON
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_compile_definitions(${_target} PRIVATE QT_NO_KEYWORDS)
  target_include_directories(${_target} PRIVATE "${CMAKE_BINARY_DIR}/include/tests")
  target_link_libraries(${_target} PRIVATE ${arg_LINK} Qt6::Test)
  _fathom_finish(${_target})
  add_test(NAME ${path} COMMAND ${_target})
  set(_threads 2)
  if(FATHOM_SANITIZE MATCHES "thread")
    set(_threads 1)  # LibTorch's OpenMP runtime is not instrumented
  endif()
  set(_environment "FATHOM_SOURCE=${CMAKE_SOURCE_DIR}" "FATHOM_BIN=${CMAKE_BINARY_DIR}/bin"
    # Threads that wait asleep: spinning ones take the cores from the tests that run beside.
    "OMP_NUM_THREADS=${_threads}" "OMP_WAIT_POLICY=passive" "LIBGL_ALWAYS_SOFTWARE=1")
  if(arg_SCREEN)
    list(APPEND _environment "QT_QPA_PLATFORM=xcb")
  else()
    list(APPEND _environment "QT_QPA_PLATFORM=offscreen")
  endif()
  if(FATHOM_SANITIZE)
    list(APPEND _environment
      "ASAN_OPTIONS=detect_leaks=0:detect_container_overflow=0:protect_shadow_gap=0"
      "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
      "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/cmake/tsan.supp")
  endif()
  # A program that skips as a whole (no real samples, no GPU) shows as skipped, not as passed.
  set_tests_properties(${path} PROPERTIES ENVIRONMENT "${_environment}"
    SKIP_REGULAR_EXPRESSION "SKIP   : [A-Za-z0-9]+::initTestCase")
endfunction()
