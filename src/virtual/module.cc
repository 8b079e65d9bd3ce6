#include "virtual/module.h"

#include "virtual/context.h"
#include "virtual/entry_points.h"

namespace castra::virtual_gpu {

Kernel& Module::kernel(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& kernel = kernels_[name];
  if (!kernel) kernel = std::make_unique<Kernel>(name, find_kernel_body(name));
  return *kernel;
}

Result cuModuleLoadData(Module** module, const void* image) {
  if (module == nullptr || image == nullptr) return Result::InvalidValue;
  if (Context::current() == nullptr) return Result::InvalidContext;
  *module = new Module;
  return Result::Success;
}

Result cuModuleLoadDataEx(Module** module, const void* image, unsigned, int*, void**) {
  return cuModuleLoadData(module, image);
}

Result cuModuleUnload(Module* module) {
  if (module == nullptr) return Result::InvalidHandle;
  delete module;
  return Result::Success;
}

Result cuModuleGetFunction(Kernel** function, Module* module, const char* name) {
  if (function == nullptr || name == nullptr) return Result::InvalidValue;
  if (module == nullptr) return Result::InvalidHandle;
  *function = &module->kernel(name);
  return Result::Success;
}

// Libraries are modules that belong to no context, and their kernels are functions.
Result cuLibraryLoadData(Module** library, const void* image, int*, void**, unsigned, int*, void**,
                         unsigned) {
  if (library == nullptr || image == nullptr) return Result::InvalidValue;
  *library = new Module;
  return Result::Success;
}

Result cuLibraryUnload(Module* library) { return cuModuleUnload(library); }

Result cuLibraryGetKernel(Kernel** kernel, Module* library, const char* name) {
  return cuModuleGetFunction(kernel, library, name);
}

Result cuKernelGetFunction(Kernel** function, Kernel* kernel) {
  if (function == nullptr) return Result::InvalidValue;
  if (kernel == nullptr) return Result::InvalidHandle;
  *function = kernel;
  return Result::Success;
}

}  // namespace castra::virtual_gpu
