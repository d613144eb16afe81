//! Old versions of the C library's symbols (x86-64 Linux with glibc), so that the plugin loads on systems of 2020.
//!
//! Linking against a newer glibc takes the newest version of each symbol: `hypot` of 2.35 only differs in how errors are
//! reported, and the threads' and loader's functions got new versions in 2.34 by moving into another file. Here each of these names is defined inside the
//! library, out of sight of other modules, and jumps to the version that has been there for ever: the same code on a new system, the system's own on an old one.
//! `stat64` and `fstat64` exist since 2.33; before, the C headers made them calls of `__xstat64` and `__fxstat64` with a version of 1.
//!
//! `cargo xtask bundle` prints the highest version that the bundles ask for, and fails above 2.31.

use std::arch::global_asm;

/// Defines names that jump to an old version of themselves.
macro_rules! old {
    ($($name:literal $version:literal),* $(,)?) => {
        $(global_asm!(
            concat!(".symver glibc_", $name, ", ", $name, "@GLIBC_", $version),
            concat!(".globl ", $name),
            concat!(".hidden ", $name),
            concat!(".type ", $name, ", @function"),
            concat!($name, ": jmp glibc_", $name, "@PLT"),
            concat!(".size ", $name, ", . - ", $name),
        );)*
    };
}

old! {
    "hypot" "2.2.5",
    "hypotf" "2.2.5",
    "dladdr" "2.2.5",
    "dlclose" "2.2.5",
    "dlerror" "2.2.5",
    "dlopen" "2.2.5",
    "dlsym" "2.2.5",
    "pthread_attr_getguardsize" "2.2.5",
    "pthread_attr_getstack" "2.2.5",
    "pthread_attr_setstacksize" "2.2.5",
    "pthread_create" "2.2.5",
    "pthread_detach" "2.2.5",
    "pthread_getattr_np" "2.2.5",
    "pthread_join" "2.2.5",
    "pthread_key_create" "2.2.5",
    "pthread_key_delete" "2.2.5",
    "pthread_setname_np" "2.12",
    "pthread_setspecific" "2.2.5",
}

// int stat64(path, buffer): __xstat64(1, path, buffer); likewise for fstat64 with a descriptor (System V ABI: rdi, rsi, rdx).
global_asm!(
    ".symver glibc_xstat64, __xstat64@GLIBC_2.2.5",
    ".symver glibc_fxstat64, __fxstat64@GLIBC_2.2.5",
    ".globl stat64",
    ".hidden stat64",
    ".type stat64, @function",
    "stat64: mov rdx, rsi",
    "mov rsi, rdi",
    "mov edi, 1",
    "jmp glibc_xstat64@PLT",
    ".size stat64, . - stat64",
    ".globl fstat64",
    ".hidden fstat64",
    ".type fstat64, @function",
    "fstat64: mov rdx, rsi",
    "mov esi, edi",
    "mov edi, 1",
    "jmp glibc_fxstat64@PLT",
    ".size fstat64, . - fstat64",
);
