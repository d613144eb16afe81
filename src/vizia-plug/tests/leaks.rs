//! What a closed editor leaves behind: nothing. In a process of its own, since memory is the process's.

use std::sync::Arc;

use nice_plug::prelude::Params;
use vizia_plug::{Headless, Spec, demo};

/// Resident memory in kB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Opens and closes `count` editors, half of them with a menu open, and gives the growth of memory for each, in bytes.
fn growth(count: u64) -> u64 {
    let open = |index: u64| {
        let params: Arc<dyn Params> = demo::sample();
        let mut ui = Headless::new(&Spec::new(Some(params), demo::gallery), 800.0, 420.0, 1.0);
        if index.is_multiple_of(2) {
            let at = ui.middle("Curve");
            ui.click(at);
            ui.run(2);
        }
        ui.picture();
    };
    (0..20).for_each(open);
    // Allocators and caches fill up first.
    let before = resident();
    (0..count).for_each(open);
    resident().saturating_sub(before) * 1024 / count
}

#[test]
fn a_closed_editor_leaves_nothing_behind() {
    let each = growth(40);
    assert!(each < 100_000, "{each} bytes an editor");
}

#[test]
#[ignore = "long: a thousand editors"]
fn a_thousand_closed_editors_leave_nothing_behind() {
    let each = growth(1000);
    println!("{each} bytes an editor");
    assert!(each < 2_000, "{each} bytes an editor");
}
