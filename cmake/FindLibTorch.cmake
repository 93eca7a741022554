# LibTorch as imported targets of our own:
#   LibTorch::LibTorch  headers and the CPU libraries
#   LibTorch::Cuda      the same with the CUDA libraries (only where LibTorch_HAS_CUDA)
# Searched in CMAKE_PREFIX_PATH (cache and environment), then in the environment FATHOM_VENV.
# find_package(Torch) of the wheel is not used: it stops where no CUDA toolkit is installed.
file(GLOB _site "${FATHOM_VENV}/lib/python3*/site-packages/torch")
string(REPLACE ":" ";" _prefixes "$ENV{CMAKE_PREFIX_PATH}")
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h
  HINTS ${CMAKE_PREFIX_PATH} ${_prefixes} ${_site} PATH_SUFFIXES include NO_DEFAULT_PATH)
get_filename_component(_root "${LibTorch_INCLUDE_DIR}" DIRECTORY)
foreach(_library torch_cpu c10 torch_cuda c10_cuda)
  find_library(LibTorch_${_library}_LIBRARY ${_library} HINTS "${_root}/lib" NO_DEFAULT_PATH)
endforeach()
if(EXISTS "${_root}/include/torch/headeronly/version.h")
  file(STRINGS "${_root}/include/torch/headeronly/version.h" _v
    REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH)")
  string(REGEX MATCHALL "[0-9]+" _v "${_v}")
  string(REPLACE ";" "." LibTorch_VERSION "${_v}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run ./tools/run once, or set CMAKE_PREFIX_PATH to an unpacked LibTorch")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  # torch/include also holds fmt, protobuf, pybind11 …: as an include folder it would win over
  # /usr/include, and spdlog would meet the wrong fmt. So: links to LibTorch's own four folders.
  set(_links "${CMAKE_BINARY_DIR}/libtorch-include")
  file(MAKE_DIRECTORY "${_links}")
  foreach(_folder ATen c10 caffe2 torch)
    file(CREATE_LINK "${LibTorch_INCLUDE_DIR}/${_folder}" "${_links}/${_folder}" SYMBOLIC)
  endforeach()
  # Not libtorch.so: it holds no symbol of its own but loads torch_cuda into every program.
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${_links}" "${_links}/torch/csrc/api/include")
  target_link_libraries(LibTorch::LibTorch INTERFACE
    "${LibTorch_torch_cpu_LIBRARY}" "${LibTorch_c10_LIBRARY}")

  set(LibTorch_HAS_CUDA OFF)
  add_library(LibTorch::Cuda INTERFACE IMPORTED)
  target_link_libraries(LibTorch::Cuda INTERFACE LibTorch::LibTorch)
  if(LibTorch_torch_cuda_LIBRARY AND LibTorch_c10_cuda_LIBRARY)
    set(LibTorch_HAS_CUDA ON)
    # No symbol of torch_cuda is called by name (its kernels register themselves), so the linker
    # would drop it.
    target_link_libraries(LibTorch::Cuda INTERFACE
      "-Wl,--push-state,--no-as-needed,${LibTorch_torch_cuda_LIBRARY},${LibTorch_c10_cuda_LIBRARY},--pop-state")
  endif()
endif()
