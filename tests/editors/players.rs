//! Audio threads with dense automation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use garnish_host::{Change, Editor, Host};

use crate::process::AUDIO;

/// One audio thread for each instance; they play until they are stopped.
pub struct Players {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<usize>>,
}

/// The ids of the parameters that move without steps and may be automated.
pub fn continuous(host: &mut dyn Host) -> Vec<u32> {
    let params = host.params().into_iter();
    params.filter(|param| param.steps.is_none() && param.automatable).map(|param| param.id).collect()
}

impl Players {
    /// What comes out must be finite. With `automation`, every continuous parameter moves every 32 frames.
    pub fn start(hosts: &mut [Box<dyn Editor>], automation: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let thread = |host: &mut Box<dyn Editor>| {
            let ids = if automation { continuous(&mut **host) } else { Vec::new() };
            let (mut player, stop) = (host.player(), Arc::clone(&stop));
            let run = move || {
                let mut blocks = 0;
                while !stop.load(Ordering::Relaxed) {
                    let mut block = signal(blocks);
                    let point = |frame: usize| {
                        ids.iter().enumerate().map(move |(nth, &id)| {
                            #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
                            let value = ((blocks * 7 + nth * 13 + frame) % 101) as f64 / 100.0;
                            Change { frame, id, value }
                        })
                    };
                    let changes: Vec<_> = (0..256).step_by(32).flat_map(point).collect();
                    player.play(&mut block, &changes).unwrap();
                    assert!(block.iter().flatten().all(|sample| sample.is_finite()), "block {blocks}");
                    blocks += 1;
                    std::thread::sleep(Duration::from_millis(2));
                }
                blocks
            };
            Builder::new().name(AUDIO.to_owned()).spawn(run).unwrap()
        };
        let threads = hosts.iter_mut().map(thread).collect();
        Self { stop, threads }
    }

    /// Ends audio; every thread must have played.
    pub fn stop(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            assert!(thread.join().unwrap() > 0, "no audio ran");
        }
    }
}

/// Also when the main thread's half of a test has failed: no audio in a plugin that is gone.
impl Drop for Players {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A block of a tone that swells and fades, so that meters move.
#[expect(clippy::cast_precision_loss, reason = "a few minutes of samples")]
fn signal(blocks: usize) -> [Vec<f32>; 2] {
    let sample = |nth: usize| {
        let seconds = (blocks * 256 + nth) as f32 / 48_000.0;
        0.4 * (1.0 + (seconds * 5.0).sin()) * (seconds * 1_000.0).sin()
    };
    [(0..256).map(sample).collect(), (0..256).map(|nth| -0.5 * sample(nth)).collect()]
}
