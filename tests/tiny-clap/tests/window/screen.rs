//! How these tests open tiny-clap's editor and wait for it.

use std::time::Duration;

use garnish_host::vst3::{RunLoop, Vst3Host};
use vst3::ComPtr;
use vst3::Steinberg::IPlugView;

pub use garnish_host::display::Screen;
pub use garnish_host::vst3::{Shown, attach, rect};

/// Opens the editor as a host does; it has its first size.
pub fn open(host: &Vst3Host, parent: u32, run_loop: Option<RunLoop>, refuses: bool) -> Shown {
    let shown = Shown::open(host, parent, run_loop, refuses).unwrap();
    assert_eq!(size_of(&shown.view), (200, 100));
    shown
}

pub fn create_view(host: &Vst3Host) -> ComPtr<IPlugView> {
    garnish_host::vst3::create_view(host).unwrap()
}

pub fn size_of(view: &ComPtr<IPlugView>) -> (i32, i32) {
    garnish_host::vst3::size_of(view).unwrap()
}

/// Turns the loop until this holds, for at most two seconds.
pub fn until(run_loop: &RunLoop, mut holds: impl FnMut() -> bool) -> bool {
    for _ in 0..400 {
        run_loop.turn();
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}
