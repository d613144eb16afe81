//! What every stage and every wrapper promises: see `Stage`. One test a stage, at the end; add yours there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use garnish_engine::bypassed::{self, Bypassed};
use garnish_engine::settings::Quality;
use garnish_engine::{Block, Spec, Stage};
use support::{Random, music};

#[global_allocator]
static GUARD: AllocDisabler = AllocDisabler;

const LONGEST: usize = 4096;
const RATES_HZ: [f64; 7] = [8_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];

/// A stage under test.
struct Subject<S: Stage> {
    make: fn() -> S,
    /// Settings at which the stage passes an impulse with its peak in place.
    neutral: S::Settings,
    /// Settings at which it works, as different from each other as can be. The first and the last must sound different.
    active: Vec<S::Settings>,
}

type Stereo = [Vec<f64>; 2];

fn check<S: Stage>(subject: &Subject<S>) {
    reset_equals_freshly_prepared(subject);
    blocks_make_no_difference(subject);
    latency_is_the_impulse_peak(subject);
    latency_waits_for_prepare(subject);
    silence_gives_silence(subject);
    off_is_a_pure_delay(subject);
    bad_input_heals(subject);
    nothing_allocates(subject);
    any_rate_works(subject);
}

fn prepared<S: Stage>(subject: &Subject<S>, settings: &S::Settings, rate_hz: f64) -> S {
    let mut stage = (subject.make)();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: LONGEST });
    stage
}

/// Processes in blocks of `frames`, cut at each change: `(frame, settings)`, in order.
fn run<S: Stage>(stage: &mut S, audio: &Stereo, frames: usize, changes: &[(usize, S::Settings)]) -> Stereo {
    let [mut left, mut right] = audio.clone();
    let mut at = 0;
    let mut changes = changes.iter().peekable();
    while at < left.len() {
        while let Some((_, settings)) = changes.next_if(|(frame, _)| *frame <= at) {
            stage.set(settings);
        }
        let next_change = changes.peek().map_or(usize::MAX, |(frame, _)| *frame);
        let end = (at + frames).min(left.len()).min(next_change);
        stage.process(&mut Block::new(&mut left[at..end], &mut right[at..end]));
        at = end;
    }
    [left, right]
}

fn reset_equals_freshly_prepared<S: Stage>(subject: &Subject<S>) {
    let audio = music(30_000, 48_000.0, 1);
    for settings in &subject.active {
        let mut fresh = prepared(subject, settings, 48_000.0);
        let mut used = prepared(subject, &subject.neutral, 48_000.0);
        used.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
        used.set(settings);
        // what bears on latency is taken over by prepare only
        used.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
        run(&mut used, &music(25_001, 48_000.0, 2), 333, &[]);
        used.reset();
        assert!(
            run(&mut fresh, &audio, 64, &[]) == run(&mut used, &audio, 64, &[]),
            "reset left something behind"
        );
    }
}

fn blocks_make_no_difference<S: Stage>(subject: &Subject<S>) {
    let audio = music(60_000, 48_000.0, 3);
    let changes: Vec<_> =
        subject.active.iter().enumerate().map(|(n, settings)| (5_000 + n * 4_321, *settings)).collect();
    let outputs = [1, 7, 64, 480, LONGEST]
        .map(|frames| run(&mut prepared(subject, &subject.active[0], 48_000.0), &audio, frames, &changes));
    for output in &outputs[1..] {
        let first = outputs[0][0].iter().zip(&output[0]).position(|(a, b)| a != b);
        assert!(*output == outputs[0], "the block size changed the sound, left first at {first:?}");
    }
    let last = subject.active.last().unwrap();
    let plain = run(&mut prepared(subject, &subject.active[0], 48_000.0), &audio, 64, &[]);
    assert!(
        subject.active.len() < 2 || plain != outputs[0] || subject.active[0] == *last,
        "changes were not heard"
    );
}

fn latency_is_the_impulse_peak<S: Stage>(subject: &Subject<S>) {
    for rate_hz in [44_100.0, 96_000.0] {
        let mut stage = prepared(subject, &subject.neutral, rate_hz);
        let latency = stage.latency();
        let mut impulse = vec![0.0; latency + 5_000];
        impulse[100] = 0.25;
        for channel in run(&mut stage, &[impulse.clone(), impulse], 64, &[]) {
            let peak =
                (0..channel.len()).max_by(|a, b| channel[*a].abs().total_cmp(&channel[*b].abs())).unwrap();
            assert_eq!(peak, 100 + latency, "reported latency {latency} at {rate_hz} Hz");
        }
    }
}

fn latency_waits_for_prepare<S: Stage>(subject: &Subject<S>) {
    let mut stage = prepared(subject, &subject.neutral, 48_000.0);
    let latency = stage.latency();
    for settings in &subject.active {
        stage.set(settings);
        run(&mut stage, &music(3_000, 48_000.0, 4), 64, &[]);
        assert_eq!(stage.latency(), latency, "latency moved while running");
    }
}

fn silence_gives_silence<S: Stage>(subject: &Subject<S>) {
    let silence = [vec![0.0; 20_000], vec![0.0; 20_000]];
    for settings in &subject.active {
        let mut stage = prepared(subject, settings, 48_000.0);
        assert!(run(&mut stage, &silence, 64, &[]) == silence, "noise out of silence");
    }
}

fn off_is_a_pure_delay<S: Stage>(subject: &Subject<S>) {
    let audio = music(60_000, 48_000.0, 5);
    for settings in &subject.active {
        let mut stage = Bypassed::new((subject.make)());
        let switch = |on| bypassed::Settings { on, stage: *settings };
        stage.set(&switch(true));
        stage.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
        let latency = stage.latency();
        let output = run(&mut stage, &audio, 480, &[(10_000, switch(false)), (40_000, switch(true))]);
        let always_on = run(&mut prepared(subject, settings, 48_000.0), &audio, 480, &[]);
        for ((input, output), always_on) in audio.iter().zip(&output).zip(&always_on) {
            assert!(
                output[12_000..40_000] == input[12_000 - latency..40_000 - latency],
                "off is not the input"
            );
            let jump = |x: &[f64]| x.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f64::max);
            let loudest = jump(input).max(jump(always_on));
            assert!(jump(output) <= 1.5 * loudest + 1e-9, "the switch clicks");
        }
    }
}

fn bad_input_heals<S: Stage>(subject: &Subject<S>) {
    let clean = music(120_000, 48_000.0, 6);
    let mut audio = clean.clone();
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 3e38, -3e38, 1e-310];
    for (n, value) in bad.into_iter().enumerate() {
        audio[n % 2][9_000 + 31 * n] = value;
    }
    for settings in &subject.active {
        let [expected, recovered] = [&clean, &audio].map(|audio| {
            let mut stage = Bypassed::new((subject.make)());
            stage.set(&bypassed::Settings { on: true, stage: *settings });
            stage.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
            let output = run(&mut stage, audio, 64, &[]);
            assert!(output.iter().flatten().all(|x| x.is_finite()), "a bad sample came through");
            output.iter().flat_map(|channel| &channel[100_000..]).map(|x| x * x).sum::<f64>()
        });
        let ratio = recovered / expected;
        // a finite 3e38 is a level like any other: two seconds into the slowest release some reduction remains, and an expander
        // that it opened is not closed again
        assert!(
            ratio > 1e-3 && ratio < 4.0,
            "two seconds later the level is still off by a power of {ratio}"
        );
    }
}

fn nothing_allocates<S: Stage>(subject: &Subject<S>) {
    let mut random = Random::new(7);
    let [mut left, mut right] = music(48_000, 48_000.0, 8);
    let mut stage = prepared(subject, &subject.active[0], 48_000.0);
    assert_no_alloc(|| {
        for _second in 0..60 {
            let mut at = 0;
            while at < left.len() {
                let end = left.len().min(at + 1 + random.below(512));
                let settings = &subject.active[random.below(subject.active.len())];
                if random.below(8) == 0 {
                    stage.set(settings);
                }
                stage.process(&mut Block::new(&mut left[at..end], &mut right[at..end]));
                at = end;
            }
            let _ = stage.take_reading();
            // the output is the next input: bring it back to a healthy level
            let peak = left.iter().chain(&right).fold(1e-3_f64, |peak, x| peak.max(x.abs()));
            left.iter_mut().chain(&mut right).for_each(|x| *x *= 0.5 / peak);
        }
        stage.reset();
    });
}

fn any_rate_works<S: Stage>(subject: &Subject<S>) {
    for rate_hz in RATES_HZ {
        for settings in &subject.active {
            let mut stage = prepared(subject, settings, rate_hz);
            let audio = music(20_000 + stage.latency(), rate_hz, 9);
            let output = run(&mut stage, &audio, 64, &[]);
            let peak = output.iter().flatten().fold(0.0_f64, |peak, x| peak.max(x.abs()));
            assert!(peak > 1e-6 && peak < 1e3, "peak {peak} at {rate_hz} Hz");
        }
    }
}

/// The simplest stage that can be heard: a delay that turns the signal over, at half its level. It keeps the wrappers and this file honest.
#[derive(Default)]
struct Lag([garnish_engine::dsp::Delay; 2]);

impl Stage for Lag {
    type Settings = ();
    type Reading = ();

    fn prepare(&mut self, _: &Spec) {
        self.0.iter_mut().for_each(|delay| delay.resize(37));
    }
    fn reset(&mut self) {
        self.0.iter_mut().for_each(garnish_engine::dsp::Delay::reset);
    }
    fn set(&mut self, (): &()) {}
    fn process(&mut self, block: &mut Block<'_>) {
        for (channel, delay) in block.channels().into_iter().zip(&mut self.0) {
            delay.process(channel);
            for x in channel {
                *x *= -0.5;
            }
        }
    }
    fn latency(&self) -> usize {
        self.0[0].len()
    }
    fn take_reading(&mut self) {}
}

#[test]
fn a_lag() {
    check(&Subject { make: Lag::default, neutral: (), active: vec![()] });
}

#[test]
fn the_bypass() {
    let switch = |on| bypassed::Settings { on, stage: () };
    check(&Subject {
        make: || Bypassed::new(Lag::default()),
        neutral: switch(true),
        active: vec![switch(true), switch(false)],
    });
}

#[test]
fn the_limiter() {
    use garnish_engine::limiter::{LatencyMode, Limiter, Settings, Style};
    let driven = |gain_db, ceiling_db| Settings { gain_db, ceiling_db, ..Settings::default() };
    check(&Subject {
        make: Limiter::default,
        neutral: Settings::default(),
        active: vec![
            driven(12.0, -3.0),
            Settings {
                release_ms: 1.0,
                auto_release: false,
                link_transients_percent: 0.0,
                lookahead_ms: 0.5,
                style: Style::Dense,
                ..driven(24.0, -12.0)
            },
            Settings {
                latency: LatencyMode::Low,
                link_release_percent: 30.0,
                style: Style::SoftClip,
                ..driven(6.0, 0.0)
            },
            Settings { true_peak: false, release_ms: 800.0, style: Style::Safe, ..driven(9.0, -1.0) },
        ],
    });
}

#[test]
fn the_dither() {
    use garnish_engine::dither::{Bits, Dither, Settings, Shaping};
    check(&Subject {
        make: Dither::default,
        neutral: Settings::default(),
        active: vec![
            Settings { bits: Bits::Sixteen, shaping: Shaping::None },
            Settings { bits: Bits::Sixteen, shaping: Shaping::Strong },
            Settings { bits: Bits::TwentyFour, shaping: Shaping::Light },
        ],
    });
}

mod multiband {
    use garnish_engine::multiband::{Band, Bands, Channels, Detector, LookAhead, Multiband, Phase, Settings};

    /// Settings of everything but the phase mode, as different as can be.
    fn active(phase: Phase) -> Vec<Settings> {
        let squeeze =
            Band { threshold_db: -40.0, ratio: 8.0, attack_ms: 0.05, release_ms: 5.0, ..Band::default() };
        let lift = Band {
            upward_ratio: 4.0,
            upward_threshold_db: -20.0,
            knee_db: 0.0,
            makeup_db: 3.0,
            link_percent: 30.0,
            mix_percent: 60.0,
            ..squeeze
        };
        let gate = Band {
            expand_ratio: 3.0,
            expand_threshold_db: -20.0,
            attack_ms: 30.0,
            release_ms: 10.0,
            detector: Detector::Rms,
            auto_release: true,
            ..Band::default()
        };
        let off = Band { on: false, ..squeeze };
        let mid_side = |band| Band { channels: Channels::MidSide, ..band };
        let settings = Settings { phase, ..Settings::default() };
        vec![
            Settings { band: [squeeze; 6], auto_makeup: true, ..settings },
            Settings { band: [squeeze, lift, gate, off, squeeze, lift], bands: Bands::Six, ..settings },
            Settings { band: [mid_side(lift); 6], bands: Bands::Two, ..settings },
            Settings { band: [mid_side(lift), squeeze, mid_side(gate), lift, off, off], ..settings },
            Settings { band: [gate; 6], crossover_hz: [20.0, 20_000.0, 30.0, 500.0, 50.0], ..settings },
            Settings { band: [squeeze, gate, lift, off, off, off], mix_percent: 50.0, ..settings },
        ]
    }

    #[test]
    fn dynamic_phase() {
        let neutral = Settings::default();
        let mut active = active(Phase::Dynamic);
        active[3].look_ahead = LookAhead::FiveMs;
        super::check(&super::Subject { make: Multiband::default, neutral, active });
    }

    #[test]
    fn linear_phase_with_look_ahead() {
        let look_ahead = LookAhead::TwentyMs;
        let neutral = Settings { phase: Phase::Linear, look_ahead, ..Settings::default() };
        let mut active = active(Phase::Linear);
        active.truncate(4); // the costliest mode: what differs from the others is the paths
        for settings in &mut active {
            settings.look_ahead = look_ahead;
        }
        active[1].band[0].look_ahead_ms = 20.0;
        super::check(&super::Subject { make: Multiband::default, neutral, active });
    }

    #[test]
    fn linkwitz_riley() {
        // an all-pass of a high crossover would move the impulse's peak: two bands split low do not
        let neutral = Settings {
            phase: Phase::LinkwitzRiley,
            bands: Bands::Two,
            crossover_hz: [100.0; 5],
            ..Settings::default()
        };
        super::check(&super::Subject {
            make: Multiband::default,
            neutral,
            active: active(Phase::LinkwitzRiley),
        });
    }
}

#[test]
fn the_equaliser() {
    use garnish_engine::eq::{Band, Equaliser, Settings, Shape, Slope};
    let mut random = Random::new(11);
    let mut any = |shapes: &[Shape]| {
        let mut settings = Settings::default();
        for band in &mut settings.bands {
            *band = Band {
                on: random.below(4) > 0,
                shape: shapes[random.below(shapes.len())],
                freq_hz: 20.0 * 1_000f64.powf(random.between(0.0, 1.0)),
                gain_db: random.between(-12.0, 12.0),
                q: 0.3 * 20f64.powf(random.between(0.0, 1.0)),
                slope: Slope::ALL[random.below(Slope::ALL.len())],
            };
        }
        settings
    };
    let gains = [Shape::Bell, Shape::LowShelf, Shape::HighShelf, Shape::Tilt];
    let mut active: Vec<_> = (0..6).map(|_| any(&gains)).collect();
    // what takes away is heard alone, so that something is left to hear
    for (shape, freq_hz) in [(Shape::LowCut, 90.0), (Shape::HighCut, 5_000.0), (Shape::Notch, 440.0)] {
        let mut settings = any(&gains);
        settings.bands[2] = Band { on: true, shape, freq_hz, gain_db: 0.0, q: 1.0, slope: Slope::Db24 };
        active.push(settings);
    }
    check(&Subject { make: Equaliser::default, neutral: Settings::default(), active });
}

#[test]
fn the_stereo_stage() {
    use garnish_engine::stereo::{Settings, Stereo};
    let settings = |width_percent, balance_percent, mono_below_hz| Settings {
        width_percent,
        balance_percent,
        mono_below_hz,
    };
    check(&Subject {
        make: Stereo::default,
        neutral: Settings::default(),
        active: vec![
            settings(0.0, 0.0, 20.0),
            settings(100.0, -30.0, 400.0),
            settings(200.0, 0.0, 120.0),
            Settings::default(),
            settings(50.0, 80.0, 20.0),
        ],
    });
}

#[test]
fn the_saturator() {
    use garnish_engine::saturator::{Character, Saturator, Settings};
    let plain = Settings { drive_db: 0.0, ..Settings::default() };
    check(&Subject {
        make: Saturator::default,
        neutral: plain,
        active: vec![
            Settings { drive_db: 18.0, ..plain },
            Settings { character: Character::Tube, drive_db: 12.0, tilt_db: 6.0, ..plain },
            Settings {
                character: Character::SoftClip,
                drive_db: 24.0,
                auto_gain: false,
                output_db: -24.0,
                ..plain
            },
            Settings {
                character: Character::Console,
                drive_db: 24.0,
                mix_percent: 50.0,
                tilt_db: -6.0,
                ..plain
            },
            Settings { character: Character::Transformer, drive_db: 6.0, quality: Quality::High, ..plain },
        ],
    });
}

/// A cube of what it delays: at 0 gain an identity, for the wrapper that runs it oversampled.
#[derive(Default)]
struct Cube(Lag, f64);

impl Stage for Cube {
    type Settings = f64;
    type Reading = ();

    fn prepare(&mut self, spec: &Spec) {
        self.0.prepare(spec);
    }
    fn reset(&mut self) {
        self.0.reset();
    }
    fn set(&mut self, amount: &f64) {
        self.1 = *amount;
    }
    fn process(&mut self, block: &mut Block<'_>) {
        self.0.process(block);
        for channel in block.channels() {
            for x in channel {
                *x *= -2.0;
                *x += self.1 * x.clamp(-2.0, 2.0).powi(3);
            }
        }
    }
    fn latency(&self) -> usize {
        self.0.latency()
    }
    fn take_reading(&mut self) {}
}

#[test]
fn oversampling() {
    use garnish_engine::oversampled::{Oversampled, Settings};
    let cube = |quality, stage| Settings { quality, stage };
    check(&Subject {
        make: || Oversampled::new(Cube::default()),
        neutral: cube(Quality::Standard, 0.0),
        active: vec![
            cube(Quality::Standard, 0.1),
            cube(Quality::Eco, -0.2),
            cube(Quality::High, 0.0),
            cube(Quality::High, 0.3),
        ],
    });
}

mod chain {
    use garnish_engine::chain::Chain;
    use garnish_engine::params::table;
    use garnish_engine::presets::Preset;
    use garnish_engine::settings::{Quality, Settings};

    use super::support::Random;

    /// Any automatable values at all, but no more than 12 dB of gain anywhere: what the chain cannot be blamed for. Each
    /// depends on the seed and its id alone, so that a new parameter changes no other.
    fn random(seed: u64) -> Settings {
        let mut settings = Settings::default();
        for param in table().iter().filter(|param| param.automatable && param.id != "bypass") {
            let seed = param
                .id
                .bytes()
                .fold(seed, |seed, byte| seed.wrapping_mul(257).wrapping_add(u64::from(byte)));
            let top =
                if param.id.contains("gain") && param.range.max() > 12.0 { 12.0 } else { param.range.max() };
            param.set(&mut settings, Random::new(seed).between(param.range.min(), top));
        }
        settings
    }

    #[test]
    fn the_chain() {
        let settings = |preset| Preset::factory(preset).unwrap().settings(&Settings::default());
        super::check(&super::Subject {
            make: Chain::default,
            neutral: settings("neutral"),
            active: vec![
                settings("demo"),
                random(1),
                Settings { quality: Quality::High, ..settings("demo") },
                Settings { quality: Quality::Eco, ..random(2) },
                settings("default"),
            ],
        });
    }
}
