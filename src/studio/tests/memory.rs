//! Memory does not grow with the length of a programme.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use garnish_engine::Settings;
use garnish_media::Error;
use garnish_studio::analysis::{Options, analyse_source};
use garnish_studio::master::{Job, master};
use garnish_studio::source::Source;

/// Counts the bytes in use and remembers the most.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(used, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Noise of this length that exists only while it is read.
struct Noise {
    frames: usize,
    at: usize,
    state: u32,
}

impl Noise {
    fn new(seconds: usize) -> Self {
        Self { frames: seconds * 44_100, at: 0, state: 1 }
    }
}

impl Source for Noise {
    fn sample_rate_hz(&self) -> u32 {
        44_100
    }
    fn channels(&self) -> usize {
        2
    }
    fn fraction(&self) -> f64 {
        0.0
    }
    fn read(&mut self, planes: &mut [Vec<f32>]) -> Result<usize, Error> {
        let frames = planes[0].len().min(self.frames - self.at);
        for sample in planes.iter_mut().flat_map(|plane| &mut plane[..frames]) {
            self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = f32::from(u16::try_from(self.state >> 16).unwrap()) / 65_536.0 - 0.5;
        }
        self.at += frames;
        Ok(frames)
    }
    fn rewind(&mut self) -> Result<(), Error> {
        (self.at, self.state) = (0, 1);
        Ok(())
    }
}

/// The most bytes in use beyond those before.
fn most(job: impl FnOnce()) -> usize {
    let before = USED.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    job();
    MOST.load(Ordering::Relaxed) - before
}

const MEGABYTE: usize = 1 << 20;

/// One test, so that no other allocates beside it.
#[test]
fn memory_does_not_grow_with_length() {
    let folder = tempfile::tempdir().unwrap();
    let analysed = |seconds| {
        let options = Options { dual_mono: false, resampled: true };
        let mut noise = Noise::new(seconds);
        most(|| drop(analyse_source("", &mut noise, options, |_| {}, |_, _| {}, &mut |_| {}).unwrap()))
    };
    let mastered = |seconds, target_lufs| {
        let settings = Settings::default();
        let job = Job { settings: &settings, target_lufs, dual_mono: false, folder: folder.path() };
        let mut noise = Noise::new(seconds);
        most(|| drop(master(&mut noise, ["", ""], &job, |_| Ok(()), &mut |_, _| {}).unwrap()))
    };
    for (name, [short, long]) in [
        ("analyse", [60, 240].map(analysed)),
        ("master", [60, 240].map(|seconds| mastered(seconds, None))),
        ("target", [60, 240].map(|seconds| mastered(seconds, Some(-10.0)))),
    ] {
        println!("{name}: {} kB for 1 minute, {} kB for 4", short >> 10, long >> 10);
        assert!(long <= short + MEGABYTE && long < 100 * MEGABYTE, "{name}: {short} and {long} bytes");
    }
}
