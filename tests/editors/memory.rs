//! What a process holds (glibc).

use std::time::Duration;

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
