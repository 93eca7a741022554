#pragma once

/// Marks a function that both the CPU loop and the CUDA kernel call: one body, one arithmetic.
#ifdef __CUDACC__
#define FATHOM_HD __host__ __device__
#else
#define FATHOM_HD
#endif

/// Marks a CPU loop that is compiled for several generations of processors, the best of which is
/// picked at start. No result changes: nothing is contracted (-ffp-contract=off). Off under
/// sanitizers, which start too late for such functions.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(FATHOM_SANITIZED)
#define FATHOM_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FATHOM_CLONES
#endif
