//! What the tests share.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use garnish_host::vst3::{Module, Offer, Vst3Host};
use garnish_host::{Change, Host};
use tiny_clap::Id;

/// tiny-clap counts in statics: one test at a time, which ends with nothing alive and no rule broken.
pub struct Alone {
    violations: usize,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

/// Waits for the other tests.
pub fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for the other tests, and watches this one.
pub fn alone() -> Alone {
    let turn = turn();
    Alone { violations: tiny_clap::violations(), _turn: turn }
}

impl Drop for Alone {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(tiny_clap::violations(), self.violations, "rules of CLAP broken towards the plugin");
            assert_eq!(tiny_clap::living(), (0, 0), "plugins and windows left alive");
            assert_eq!(tiny_clap::initialised(), 0, "the entry is deinitialised");
        }
    }
}

/// tiny-clap as it is linked into this process.
pub fn module() -> Module {
    Module::linked(tiny_clap::GetPluginFactory)
}

/// An instance in a host that offers everything but a window.
pub fn tiny() -> Vst3Host {
    offered(Offer::default())
}

/// An instance in a host that offers this.
pub fn offered(offer: Offer) -> Vst3Host {
    Vst3Host::new(module(), offer).unwrap()
}

/// tiny-clap's library, built beside this test.
pub fn library() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    exe.parent().unwrap().join("libtiny_clap.so")
}

/// The VST3 id of a parameter.
pub fn id(id: Id) -> u32 {
    match id {
        Id::High => 8,
        id => id as u32,
    }
}

/// The normalised gain of so many dB.
pub fn gain(db: f64) -> f64 {
    (db + 60.0) / 72.0
}

/// Noise, the same each time.
pub fn noise(frames: usize) -> [Vec<f32>; 2] {
    let mut rng = Rng(0x9e37_79b9_7f4a_7c15);
    let mut channel = || (0..frames).map(|_| (rng.unit() * 2.0 - 1.0) as f32).collect();
    [channel(), channel()]
}

/// Runs a signal through an active plugin in blocks of these lengths, over and over.
pub fn in_blocks(
    host: &mut Vst3Host,
    audio: &[Vec<f32>; 2],
    lengths: &[usize],
    changes: &[Change],
) -> [Vec<f32>; 2] {
    let total = audio[0].len();
    let mut out = [Vec::new(), Vec::new()];
    let (mut at, mut lengths) = (0, lengths.iter().cycle());
    while at < total {
        let end = (at + lengths.next().unwrap()).min(total);
        let mut block = audio.each_ref().map(|channel| channel[at..end].to_vec());
        let inside = changes.iter().filter(|change| (at..end).contains(&change.frame));
        let inside: Vec<_> = inside.map(|change| Change { frame: change.frame - at, ..*change }).collect();
        host.process(&mut block, &inside).unwrap();
        for (out, block) in out.iter_mut().zip(&block) {
            out.extend_from_slice(block);
        }
        at = end;
    }
    out
}

/// `SplitMix64` (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
