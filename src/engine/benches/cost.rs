//! What each part costs, as a table: `cargo xtask bench`.
//!
//! Each part hears the same music, block by block, several times over from the same beginning. What counts for a block is its least
//! time: the work is the same in each pass, so what another process takes away is left out, and what the part itself does now
//! and then stays in. All parts have their first pass before any has its second, so that a machine that is slow for some seconds
//! is slow for none of them in every pass. At 512 frames that gives the share of a core; at 64 frames the time that one block in a thousand
//! exceeds, as a share of the time the block lasts. A word picks the rows that hold it: `cargo bench --bench cost -- limiter`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_types,
    reason = "a bench measures time and tells it"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::rc::Rc;
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

fn main() {
    let mut table = Table::default();
    table.fill();
    for pass in 1..=PASSES {
        eprint!("\rpass {pass} of {PASSES} ");
        table.rows.iter_mut().for_each(Row::pass);
    }
    eprint!("\r{:16}\r", "");
    println!("{:<44}{:>12}{:>12}", "", "% of a core", "p99.9 of 64");
    for row in &table.rows {
        println!("{:<44}{:>10.3} %{:>10.2} %", row.name, 100.0 * row.core(), 100.0 * row.late());
    }
}

impl Table {
    fn fill(&mut self) {
        let mut music = Bench { table: self, music: Rc::new(Music::new(48_000.0)) };
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
            music.row(name, move || running::<Saturator>(settings, 48_000.0));
        }
        let wide =
            stereo::Settings { width_percent: 130.0, mono_below_hz: 100.0, ..stereo::Settings::default() };
        music.row("stereo, width and mono bass", move || running::<Stereo>(wide, 48_000.0));
        let driven = limiter::Settings { gain_db: 8.0, ..limiter::Settings::default() };
        music.row("limiter", move || running::<Limiter>(driven, 48_000.0));
        let half = limiter::Settings { link_transients_percent: 50.0, ..driven };
        music.row("limiter, half linked", move || running::<Limiter>(half, 48_000.0));
        let shaped = dither::Settings { bits: dither::Bits::Sixteen, shaping: dither::Shaping::Strong };
        music.row("dither, strong shaping", move || running::<Dither>(shaped, 48_000.0));
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
            let mut music = Bench { table: &mut *self, music: Rc::new(Music::new(rate_hz)) };
            let khz = rate_hz / 1e3;
            music.multiband(&format!("multiband, 4 bands, {khz} kHz"), &compressor());
            music.chain(&format!("chain, everything on, {khz} kHz"), "demo", Quality::Standard);
        }
    }
}

/// The rows that were asked for.
#[derive(Default)]
struct Table {
    rows: Vec<Row>,
}

/// Music at a rate.
struct Music {
    rate_hz: f64,
    channels: [Vec<f64>; 2],
}

impl Music {
    fn new(rate_hz: f64) -> Self {
        Self { rate_hz, channels: support::music(whole(SECONDS * rate_hz), rate_hz, 1) }
    }
}

/// A part at work: processes a block in place.
type Part = Box<dyn FnMut(&mut [f64], &mut [f64])>;

/// What a part costs, as far as it was measured.
struct Row {
    name: String,
    music: Rc<Music>,
    make: Box<dyn Fn() -> Part>,
    /// The least time of each block of 512 and of 64 frames, in seconds.
    least: [Vec<f64>; 2],
}

impl Row {
    /// Hears the music once more in both lengths of block.
    fn pass(&mut self) {
        let [left, right] = &self.music.channels;
        for (frames, least) in [512, 64].into_iter().zip(&mut self.least) {
            let (mut a, mut b) = (vec![0.0; frames], vec![0.0; frames]);
            let mut part = (self.make)();
            let blocks = left.chunks_exact(frames).zip(right.chunks_exact(frames));
            least.resize(blocks.len(), f64::INFINITY);
            for ((left, right), least) in blocks.zip(least) {
                a.copy_from_slice(left);
                b.copy_from_slice(right);
                let start = Instant::now();
                part(black_box(&mut a), black_box(&mut b));
                *least = least.min(start.elapsed().as_secs_f64());
            }
        }
    }

    /// The share of a core in blocks of 512.
    fn core(&self) -> f64 {
        let [least, _] = &self.least;
        least.iter().sum::<f64>() / (count(least.len() * 512) / self.music.rate_hz)
    }

    /// What one block of 64 in a thousand exceeds, as a share of its time.
    fn late(&self) -> f64 {
        let mut least = self.least[1].clone();
        least.sort_by(f64::total_cmp);
        least[least.len() - 1 - least.len() / 1000] / (64.0 / self.music.rate_hz)
    }
}

/// Adds rows of one music.
struct Bench<'a> {
    table: &'a mut Table,
    music: Rc<Music>,
}

impl Bench<'_> {
    /// Adds what `make` makes, if it was asked for.
    fn row<P: FnMut(&mut [f64], &mut [f64]) + 'static>(
        &mut self,
        name: &str,
        make: impl Fn() -> P + 'static,
    ) {
        let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--")).peekable();
        if words.peek().is_some() && !words.any(|word| name.contains(&word)) {
            return;
        }
        self.table.rows.push(Row {
            name: name.to_owned(),
            music: Rc::clone(&self.music),
            make: Box::new(move || Box::new(make())),
            least: Default::default(),
        });
    }

    fn multiband(&mut self, name: &str, settings: &multiband::Settings) {
        let (settings, rate_hz) = (*settings, self.music.rate_hz);
        self.row(name, move || running::<Multiband>(settings, rate_hz));
    }

    fn chain(&mut self, name: &str, preset: &str, quality: Quality) {
        let preset = Preset::factory(preset).expect("a factory preset");
        let settings = preset.settings(&Settings { quality, ..Settings::default() });
        let rate_hz = self.music.rate_hz;
        self.row(name, move || {
            let mut engine = Engine::default();
            engine.set(&settings);
            engine.prepare(rate_hz);
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
