//! Keeps the library in memory once a host has loaded it.
//!
//! A thread that ran any of this code holds a thread-local destructor that lives in the library. If the host unloads the
//! library first and ends the thread later (audio threads usually outlive plugins), the process jumps into memory
//! that is gone. `-z nodelete` (ld(1)) makes unloading a no-op; loading again finds the library still there.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
