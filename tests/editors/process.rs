//! What this process holds and uses (Linux, glibc).

use std::time::Duration;

/// The name of audio threads.
pub const AUDIO: &str = "audio";

/// Makes [`allocated`] complete: `mallinfo2` speaks of one arena only, so there must be no other. To be called first.
pub fn count_exactly() {
    // SAFETY: mallopt(3): a parameter and its value
    assert_eq!(unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) }, 1);
}

/// Bytes allocated and not freed: the least of several looks, since audio threads allocate in between.
pub fn allocated() -> u64 {
    let look = |_| {
        std::thread::sleep(Duration::from_millis(3));
        // SAFETY: mallinfo2(3): no precondition
        let info = unsafe { libc::mallinfo2() };
        (info.uordblks + info.hblkhd) as u64
    };
    (0..30).map(look).min().unwrap_or(0)
}

/// Resident memory in bytes.
pub fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

/// Processor time of all threads that are neither the main thread nor audio threads.
pub fn editors_time() -> Duration {
    let own = std::process::id().to_string();
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let time = threads.filter(|thread| thread.file_name() != own.as_str()).map(|thread| {
        let read = |file| std::fs::read_to_string(thread.path().join(file)).unwrap_or_default();
        let nanoseconds = read("schedstat").split(' ').next().and_then(|first| first.parse().ok());
        if read("comm").trim() == AUDIO { 0 } else { nanoseconds.unwrap_or(0) }
    });
    Duration::from_nanos(time.sum())
}
