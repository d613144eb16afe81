//! What each part costs, as a table: `cargo xtask bench`.
//!
//! Each part hears the same music, block by block, several times over from the same beginning. What counts for a block is its least
//! time: the work is the same in each pass, so what another process takes away is left out, and what the part itself does now
//! and then stays in. At 512 frames that gives the share of a core; at 64 frames the time that one block in a thousand
//! exceeds, as a share of the time the block lasts. A word picks the rows that hold it: `cargo bench --bench cost -- limiter`.
#![expect(clippy::print_stdout, clippy::disallowed_types, reason = "a bench measures time and tells it")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Instant;

use ebur128::{EbuR128, Mode};
use garnish_engine::dither::{self, Dither};
use garnish_engine::eq::{self, Equaliser};
use garnish_engine::limiter::{self, Limiter};
use garnish_engine::meter::Meter;
use garnish_engine::multiband::{self, Bands, Channels, Multiband, Phase};
use garnish_engine::presets::Preset;
use garnish_engine::saturator::{self, Saturator};
use garnish_engine::settings::Quality;
use garnish_engine::stereo::{self, Stereo};
use garnish_engine::units::{count, narrow, whole};
use garnish_engine::{Block, Engine, Settings, Spec, Stage};

/// Length of the music in seconds: 15 000 blocks of 64 frames at 48 kHz.
const SECONDS: f64 = 20.0;
/// How many times it is heard.
const PASSES: usize = 5;

type Music = [Vec<f64>; 2];

fn main() {
    println!("{:<44}{:>12}{:>12}", "", "% of a core", "p99.9 of 64");
    let music = Bench::new(48_000.0);
    music.row("EQ, 8 bells", || running::<Equaliser>(bells(), 48_000.0));
    for (name, bands) in [
        ("multiband, 2 bands", Bands::Two),
        ("multiband, 3 bands", Bands::Three),
        ("multiband, 4 bands", Bands::Four),
        ("multiband, 5 bands", Bands::Five),
        ("multiband, 6 bands", Bands::Six),
    ] {
        music.multiband(name, &multiband::Settings { bands, ..compressor() });
    }
    let phase = |phase| multiband::Settings { phase, ..compressor() };
    music.multiband("multiband, 4 bands, Linkwitz-Riley", &phase(Phase::LinkwitzRiley));
    music.multiband("multiband, 4 bands, linear phase", &phase(Phase::Linear));
    let mut mixed = compressor();
    for band in &mut mixed.band {
        band.channels = Channels::MidSide;
    }
    music.multiband("multiband, 4 bands, mid/side", &mixed);
    mixed.band[1].channels = Channels::LeftRight;
    music.multiband("multiband, 4 bands, one left/right", &mixed);
    for (name, quality) in [
        ("saturator, eco", Quality::Eco),
        ("saturator, standard", Quality::Standard),
        ("saturator, high", Quality::High),
    ] {
        let settings = saturator::Settings { drive_db: 12.0, quality, ..saturator::Settings::default() };
        music.row(name, || running::<Saturator>(settings, 48_000.0));
    }
    let wide = stereo::Settings { width_percent: 130.0, mono_below_hz: 100.0, ..stereo::Settings::default() };
    music.row("stereo, width and mono bass", || running::<Stereo>(wide, 48_000.0));
    let driven = limiter::Settings { gain_db: 8.0, ..limiter::Settings::default() };
    music.row("limiter", || running::<Limiter>(driven, 48_000.0));
    let shaped = dither::Settings { bits: dither::Bits::Sixteen, shaping: dither::Shaping::Strong };
    music.row("dither, strong shaping", || running::<Dither>(shaped, 48_000.0));
    music.row("meters, in and out", || {
        let mut meters = [Meter::new(), Meter::new()];
        let mut due = Due::default();
        move |left: &mut [f64], right: &mut [f64]| {
            let read = due.after(left.len());
            for meter in &mut meters {
                meter.measure([left, right]);
                if read {
                    black_box(meter.take_reading());
                }
            }
        }
    });
    music.row("  beside it: ebur128, one meter", peer);
    music.chain("chain, everything on", "demo", Quality::Standard);
    music.chain("chain, everything on, high quality", "demo", Quality::High);
    music.chain("chain, default", "default", Quality::Standard);
    music.chain("chain, everything off", "neutral", Quality::Standard);
    for rate_hz in [44_100.0, 88_200.0, 96_000.0, 192_000.0] {
        let music = Bench::new(rate_hz);
        let khz = rate_hz / 1e3;
        music.multiband(&format!("multiband, 4 bands, {khz} kHz"), &compressor());
        music.chain(&format!("chain, everything on, {khz} kHz"), "demo", Quality::Standard);
    }
}

/// Music at a rate.
struct Bench {
    rate_hz: f64,
    music: Music,
}

impl Bench {
    fn new(rate_hz: f64) -> Self {
        Self { rate_hz, music: support::music(whole(SECONDS * rate_hz), rate_hz, 1) }
    }

    /// Times what `make` makes and prints the row.
    fn row<P: FnMut(&mut [f64], &mut [f64])>(&self, name: &str, make: impl Fn() -> P) {
        let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--")).peekable();
        if words.peek().is_some() && !words.any(|word| name.contains(&word)) {
            return;
        }
        let long = self.times(512, &make);
        let core = long.iter().sum::<f64>() / (count(long.len() * 512) / self.rate_hz);
        let mut short = self.times(64, &make);
        short.sort_by(f64::total_cmp);
        let late = short[short.len() - 1 - short.len() / 1000] / (64.0 / self.rate_hz);
        println!("{name:<44}{:>10.3} %{:>10.2} %", 100.0 * core, 100.0 * late);
    }

    /// The least time that each block took, in seconds.
    fn times<P: FnMut(&mut [f64], &mut [f64])>(&self, frames: usize, make: impl Fn() -> P) -> Vec<f64> {
        let [left, right] = &self.music;
        let mut least = vec![f64::INFINITY; left.len() / frames];
        let (mut a, mut b) = (vec![0.0; frames], vec![0.0; frames]);
        for _ in 0..PASSES {
            let mut part = make();
            let blocks = left.chunks_exact(frames).zip(right.chunks_exact(frames));
            for ((left, right), least) in blocks.zip(&mut least) {
                a.copy_from_slice(left);
                b.copy_from_slice(right);
                let start = Instant::now();
                part(black_box(&mut a), black_box(&mut b));
                *least = least.min(start.elapsed().as_secs_f64());
            }
        }
        least
    }

    fn multiband(&self, name: &str, settings: &multiband::Settings) {
        self.row(name, || running::<Multiband>(*settings, self.rate_hz));
    }

    fn chain(&self, name: &str, preset: &str, quality: Quality) {
        let preset = Preset::factory(preset).expect("a factory preset");
        let settings = preset.settings(&Settings { quality, ..Settings::default() });
        self.row(name, || {
            let mut engine = Engine::default();
            engine.set(&settings);
            engine.prepare(self.rate_hz);
            let mut host = [[0.0_f32; 512]; 2];
            move |left: &mut [f64], right: &mut [f64]| {
                let [a, b] = &mut host;
                let (a, b) = (&mut a[..left.len()], &mut b[..right.len()]);
                for (host, x) in a.iter_mut().chain(b.iter_mut()).zip(left.iter().chain(right.iter())) {
                    *host = narrow(*x);
                }
                engine.process(a, b);
                black_box(engine.take_reading());
            }
        });
    }
}

/// A stage with its settings, ready to be given blocks.
fn running<S: Stage + Default>(settings: S::Settings, rate_hz: f64) -> impl FnMut(&mut [f64], &mut [f64]) {
    let mut stage = S::default();
    stage.set(&settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 512 });
    move |left, right| stage.process(&mut Block::new(left, right))
}

fn bells() -> eq::Settings {
    let mut settings = eq::Settings::default();
    for (n, band) in settings.bands.iter_mut().enumerate() {
        let gain_db = if n % 2 == 0 { 3.0 } else { -2.0 };
        *band = eq::Band { on: true, shape: eq::Shape::Bell, gain_db, ..*band };
    }
    settings
}

/// All bands at work.
fn compressor() -> multiband::Settings {
    let band = multiband::Band { threshold_db: -40.0, ratio: 4.0, ..multiband::Band::default() };
    multiband::Settings { band: [band; 6], ..multiband::Settings::default() }
}

/// Ten times a second, as often as the loudness of a window is defined anew.
#[derive(Default)]
struct Due {
    frames: usize,
}

impl Due {
    fn after(&mut self, frames: usize) -> bool {
        self.frames += frames;
        let due = self.frames >= 4_800;
        if due {
            self.frames -= 4_800;
        }
        due
    }
}

fn peer() -> impl FnMut(&mut [f64], &mut [f64]) {
    let mode =
        Mode::M | Mode::S | Mode::I | Mode::LRA | Mode::SAMPLE_PEAK | Mode::TRUE_PEAK | Mode::HISTOGRAM;
    let mut peer = EbuR128::new(2, 48_000, mode).expect("a plain configuration");
    let mut due = Due::default();
    move |left, right| {
        peer.add_frames_planar_f64(&[left, right]).expect("two channels");
        if due.after(left.len()) {
            let _ = black_box((peer.loudness_momentary(), peer.loudness_shortterm(), peer.true_peak(0)));
        }
    }
}
