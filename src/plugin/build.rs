//! How the library is linked.
//!
//! A thread that ran any of this code holds a thread-local destructor that lives in the library. If the host unloads the
//! library first and ends the thread later (audio threads usually outlive plugins), the process jumps into memory
//! that is gone. `-z nodelete` (ld(1)) makes unloading a no-op; loading again finds the library still there.
//!
//! `glibc.rs` asks for old versions of the C library's symbols. On systems older than glibc 2.34 some of them are in files of their own, which the library
//! therefore names as needed; on newer ones these files are empty.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| {
        std::env::var(format!("CARGO_CFG_TARGET_{key}")).is_ok_and(|target| target == value)
    };
    if is("OS", "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    if is("OS", "linux") && is("ENV", "gnu") && is("ARCH", "x86_64") {
        let needed = "--push-state,--no-as-needed,-l:libpthread.so.0,-l:libdl.so.2,--pop-state";
        println!("cargo::rustc-cdylib-link-arg=-Wl,{needed}");
    }
}
