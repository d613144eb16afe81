//! Unity-gain listening and delta listening.

use crate::dsp::{History, Ramp};
use crate::limiter::detector::CHUNK;
use crate::params::plain::choices;
use crate::stage::Block;

choices! {
    /// What is heard instead of the limiter's output. A way of listening: see [`Listen`](crate::settings::Listen).
    pub enum Monitor {
        /// The output.
        #[default]
        Off = "off", "Off";
        /// The output divided by the limiter's gain: as loud as the input where nothing is limited, so that drive is judged by its
        /// sound and not by its level.
        UnityGain = "unity_gain", "Unity gain";
        /// What the limiter takes away: the driven input less the output. It is not held below the ceiling.
        Delta = "delta", "Delta";
    }
}

/// Keeps the driven input until its output leaves, and fades from one [`Monitor`] to the next in [`Ramp::TIME_MS`].
///
/// While nothing but the output is heard it costs nothing; switched on, it first listens for the limiter's latency.
#[derive(Clone, Debug)]
pub struct Listener {
    monitor: Monitor,
    unity: Ramp,
    delta: Ramp,
    /// Driven left and right, and the gain they were driven with.
    past: [History<f64>; 3],
    now: [[f64; CHUNK]; 3],
    latency: usize,
    listening: bool,
    /// Frames until the past is there.
    wait: usize,
    /// Nothing has been heard yet that could jump.
    fresh: bool,
}

impl Default for Listener {
    fn default() -> Self {
        Self {
            monitor: Monitor::Off,
            unity: Ramp::new(0.0),
            delta: Ramp::new(0.0),
            past: std::array::from_fn(|_| History::new(0)),
            now: [[0.0; CHUNK]; 3],
            latency: 0,
            listening: false,
            wait: 0,
            fresh: true,
        }
    }
}

impl Listener {
    /// Makes room; `reset` must follow. Allocates.
    pub fn prepare(&mut self, latency: usize, sample_rate_hz: f64) {
        self.latency = latency;
        self.past.iter_mut().for_each(|past| past.resize(latency));
        self.unity.prepare(sample_rate_hz);
        self.delta.prepare(sample_rate_hz);
    }

    /// Forgets the past; what is chosen is heard at once.
    pub fn reset(&mut self) {
        self.forget();
        self.wait = 0;
        self.head_for_the_chosen();
        self.unity.land();
        self.delta.land();
        self.listening = self.monitor != Monitor::Off;
        self.fresh = true;
    }

    /// Chooses what is heard.
    pub fn choose(&mut self, monitor: Monitor) {
        self.monitor = monitor;
        if self.fresh {
            self.reset();
        } else if self.listening {
            if self.wait == 0 {
                self.head_for_the_chosen();
            }
        } else if monitor != Monitor::Off {
            self.forget();
            self.listening = true;
            self.wait = self.latency;
            // it fades, though nothing of it has been heard yet
            self.unity.next();
            self.delta.next();
        }
    }

    /// Takes what is driven into the limiter: left, right, and the gain. At most [`CHUNK`] frames.
    #[inline]
    pub fn take(&mut self, lines: [&[f64]; 3]) {
        self.fresh = false;
        if !self.listening {
            return;
        }
        for ((past, now), line) in self.past.iter_mut().zip(&mut self.now).zip(lines) {
            let past = past.append(line.len());
            past[self.latency..].copy_from_slice(line);
            now[..line.len()].copy_from_slice(&past[..line.len()]);
        }
    }

    /// Turns the output of the frames taken last into what is heard.
    #[inline]
    pub fn apply(&mut self, block: &mut Block<'_>) {
        if !self.listening {
            return;
        }
        let [driven_left, driven_right, drive] = self.now;
        for (n, (left, right)) in block.frames().enumerate() {
            if self.wait > 0 {
                self.wait -= 1;
                if self.wait == 0 {
                    self.head_for_the_chosen();
                }
                continue;
            }
            let (unity, delta) = (self.unity.next(), self.delta.next());
            for (y, driven) in [(left, driven_left[n]), (right, driven_right[n])] {
                *y += unity * (*y / drive[n] - *y) + delta * (driven - 2.0 * *y);
            }
        }
        let silent = |ramp: &Ramp| !ramp.is_moving() && ramp.value() == 0.0;
        self.listening = self.wait > 0 || !silent(&self.unity) || !silent(&self.delta);
    }

    fn head_for_the_chosen(&mut self) {
        self.unity.set(f64::from(u8::from(self.monitor == Monitor::UnityGain)));
        self.delta.set(f64::from(u8::from(self.monitor == Monitor::Delta)));
    }

    fn forget(&mut self) {
        let [left, right, drive] = &mut self.past;
        left.reset();
        right.reset();
        drive.fill(1.0);
    }
}
