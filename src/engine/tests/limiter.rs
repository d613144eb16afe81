//! The limiter's promises, read by an independent judge.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::cast_precision_loss, reason = "frame numbers are small")]
#![allow(clippy::print_stdout, reason = "the measured figures")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]

mod support;

use garnish_engine::limiter::{LatencyMode, Limiter, Monitor, Settings, Style};
use garnish_engine::settings::Quality;
use garnish_engine::{Block, Spec, Stage};
use support::{Random, music, sine, thd_n_db, torture::torture, true_peak::Judge};

const RATES_HZ: [f64; 5] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0];
/// The figure: overshoot above the ceiling, in dB.
const OVERSHOOT_DB: f64 = 0.01;

type Stereo = [Vec<f64>; 2];

fn prepared(settings: &Settings, rate_hz: f64) -> Limiter {
    let mut limiter = Limiter::default();
    limiter.set(settings);
    limiter.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: 512 });
    limiter
}

/// Limits, then feeds silence until everything is out.
fn limit(settings: &Settings, rate_hz: f64, audio: &Stereo) -> Stereo {
    let mut limiter = prepared(settings, rate_hz);
    let frames = audio[0].len() + limiter.latency() + 300;
    let [mut left, mut right] = audio.clone();
    left.resize(frames, 0.0);
    right.resize(frames, 0.0);
    for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
        limiter.process(&mut Block::new(left, right));
    }
    [left, right]
}

fn overshoot_db(judge: &Judge, output: &Stereo, ceiling_db: f64) -> f64 {
    let peak = output.iter().map(|channel| judge.true_peak(channel)).fold(0.0, f64::max);
    20.0 * peak.log10() - ceiling_db
}

fn torture_overshoot_db(judge: &Judge, settings: &Settings, rate_hz: f64, frames: usize) -> f64 {
    let set = torture(frames, 1);
    let mut worst = f64::NEG_INFINITY;
    // two signals at a time, one a channel
    for (n, (name, left)) in set.iter().enumerate() {
        let right = set[(n + 1) % set.len()].1.iter().map(|x| 0.7 * x).collect();
        let over =
            overshoot_db(judge, &limit(settings, rate_hz, &[left.clone(), right]), settings.ceiling_db);
        println!("{rate_hz} Hz, {name}: {over:+.4} dB");
        worst = worst.max(over);
    }
    worst
}

#[test]
fn the_torture_set_stays_below_the_ceiling() {
    let judge = Judge::new();
    let settings = Settings { gain_db: 8.0, ..Settings::default() };
    for rate_hz in [44_100.0, 96_000.0] {
        let over = torture_overshoot_db(&judge, &settings, rate_hz, 6_000);
        assert!(over <= OVERSHOOT_DB, "{over} dB at {rate_hz} Hz");
    }
}

#[test]
#[ignore = "long: all rates"]
fn the_torture_set_stays_below_the_ceiling_at_every_rate() {
    let judge = Judge::new();
    let settings = Settings { gain_db: 8.0, ..Settings::default() };
    for rate_hz in RATES_HZ {
        let over = torture_overshoot_db(&judge, &settings, rate_hz, 30_000);
        assert!(over <= OVERSHOOT_DB, "{over} dB at {rate_hz} Hz");
    }
}

#[test]
fn music_stays_below_the_ceiling() {
    let judge = Judge::new();
    let settings = Settings { gain_db: 14.0, ..Settings::default() };
    for rate_hz in RATES_HZ {
        let over = overshoot_db(&judge, &limit(&settings, rate_hz, &music(15_000, rate_hz, 3)), -1.0);
        assert!((-0.2..=OVERSHOOT_DB).contains(&over), "{over} dB at {rate_hz} Hz");
    }
}

#[test]
fn without_true_peak_samples_stay_below_the_ceiling() {
    let settings = Settings { gain_db: 8.0, true_peak: false, ..Settings::default() };
    for (name, signal) in torture(6_000, 2) {
        let peak = limit(&settings, 48_000.0, &[signal.clone(), signal])
            .into_iter()
            .flatten()
            .fold(0.0, |peak: f64, x| peak.max(x.abs()));
        assert!(20.0 * peak.log10() <= -1.0, "{name}: {peak}");
    }
}

#[test]
fn what_needs_no_limiting_passes_untouched() {
    let settings = Settings { ceiling_db: 0.0, ..Settings::default() };
    let audio = music(20_000, 48_000.0, 4);
    let latency = prepared(&settings, 48_000.0).latency();
    let output = limit(&settings, 48_000.0, &audio);
    for (input, output) in audio.iter().zip(&output) {
        assert!(input[..] == output[latency..latency + input.len()]);
    }
}

#[test]
fn latency_is_at_most_2_7_and_11_ms_in_its_modes() {
    for rate_hz in RATES_HZ {
        for (latency, quality, longest_ms) in [
            (LatencyMode::Default, Quality::Eco, 7.0),
            (LatencyMode::Default, Quality::Standard, 7.0),
            (LatencyMode::Default, Quality::High, 7.0),
            (LatencyMode::Long, Quality::Standard, 11.0),
            (LatencyMode::Long, Quality::Eco, 11.0),
            (LatencyMode::Low, Quality::High, 2.0),
            (LatencyMode::Low, Quality::Standard, 2.0),
        ] {
            let settings = Settings { latency, quality, ..Settings::default() };
            let samples = prepared(&settings, rate_hz).latency();
            let latency_ms = samples as f64 / rate_hz * 1e3;
            println!("{latency:?}, {quality:?}, {rate_hz} Hz: {samples} samples, {latency_ms:.3} ms");
            assert!(latency_ms <= longest_ms + 1e-9, "{latency_ms} ms at {rate_hz} Hz");
        }
    }
}

#[test]
fn a_steady_tone_is_not_distorted() {
    // -1 dBTP, 3 dB of reduction, from full scale driven by 2 dB
    for (frequency_hz, limit_db) in [(997.0, -100.0), (50.0, -80.0), (100.0, -80.0), (7_001.0, -80.0)] {
        let rate_hz = 48_000.0;
        let tone = sine(96_000, frequency_hz, rate_hz, 1.0);
        let settings = Settings { gain_db: 2.0, ..Settings::default() };
        let [left, _] = limit(&settings, rate_hz, &[tone.clone(), tone]);
        let residual_db = thd_n_db(&left[48_000..96_000], frequency_hz, rate_hz);
        println!("{frequency_hz} Hz: {residual_db:.1} dB");
        assert!(residual_db <= limit_db, "{frequency_hz} Hz: {residual_db} dB");
    }
}

#[test]
fn bass_is_not_distorted_and_does_not_modulate_what_is_above_in_any_style() {
    let rate_hz = 48_000.0;
    let seconds = |part: &[f64]| part[96_000..144_000].to_vec();
    for style in Style::ALL.iter().filter(|style| **style != Style::SoftClip) {
        for auto_release in [false, true] {
            let settings = Settings { gain_db: 5.0, style: *style, auto_release, ..Settings::default() };
            let tone = sine(144_000, 40.0, rate_hz, 1.0);
            let [left, _] = limit(&settings, rate_hz, &[tone.clone(), tone]);
            let residual_db = thd_n_db(&seconds(&left), 40.0, rate_hz);
            println!("{style:?}, auto release {auto_release}: 40 Hz {residual_db:.1} dB");
            assert!(residual_db <= -130.0, "{style:?}: {residual_db} dB");

            let settings = Settings { gain_db: 2.0, ..settings };
            let tones =
                sine(144_000, 60.0, rate_hz, 0.8).into_iter().zip(sine(144_000, 7_000.0, rate_hz, 0.2));
            let tones: Vec<f64> = tones.map(|(low, high)| low + high).collect();
            let [left, _] = limit(&settings, rate_hz, &[tones.clone(), tones]);
            let part = seconds(&left);
            let high = amplitude(&part, 7_000.0, rate_hz);
            let sidebands: f64 = (-12..=12)
                .filter(|k| *k != 0)
                .map(|k| amplitude(&part, 7_000.0 + 60.0 * f64::from(k), rate_hz).powi(2))
                .sum();
            let modulation_db = 20.0 * (sidebands.sqrt() / high).log10();
            println!("{style:?}, auto release {auto_release}: 60 Hz + 7 kHz {modulation_db:.1} dB");
            assert!(modulation_db <= -85.0, "{style:?}: {modulation_db} dB");
        }
    }
}

/// Amplitude of a whole number of periods, by the definition of the Fourier transform.
fn amplitude(signal: &[f64], frequency_hz: f64, rate_hz: f64) -> f64 {
    let (re, im) = signal.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, x)| {
        let phase = std::f64::consts::TAU * (frequency_hz * n as f64 / rate_hz).fract();
        (re + x * phase.cos(), im + x * phase.sin())
    });
    2.0 * f64::hypot(re, im) / signal.len() as f64
}

/// Time in ms for which one peak of +6 dB keeps a quiet tone more than 1 dB down; `every_ms` apart, the last of two seconds.
fn dip_ms(settings: &Settings, every_ms: usize) -> f64 {
    let rate_hz = 48_000.0;
    let last = 96_000 / (48 * every_ms) * 48 * every_ms;
    let quiet = sine(last + 48_000, 1_000.0, rate_hz, 0.1);
    let mut audio = quiet.clone();
    for n in (0..=last).step_by(48 * every_ms).skip(1) {
        audio[n] += 2.0;
    }
    let latency = prepared(settings, rate_hz).latency();
    let [left, _] = limit(settings, rate_hz, &[audio.clone(), audio.clone()]);
    let low =
        |n: &usize| audio[*n] == quiet[*n] && quiet[*n].abs() > 0.01 && left[n + latency] / quiet[*n] < 0.891;
    (last - 500..audio.len()).filter(|n| quiet[*n].abs() > 0.01 && low(n)).count() as f64 / 0.936 / 48.0
}

#[test]
fn lone_peaks_are_forgotten_at_the_styles_pace_and_recurring_ones_are_held() {
    let dip = |style, every_ms| dip_ms(&Settings { style, ..Settings::default() }, every_ms);
    let [dense, punchy, transparent, safe] = [Style::Dense, Style::Punchy, Style::Transparent, Style::Safe]
        .map(|style| {
            let [alone, again] = [dip(style, 500), dip(style, 12)];
            println!("{style:?}: a lone peak {alone:.1} ms, one of many {again:.1} ms");
            assert!(again > alone + 4.0, "{style:?}: what recurs is held");
            alone
        });
    assert!(dense < 10.0 && dense < punchy && punchy < transparent && transparent < safe);
}

#[test]
fn without_auto_release_every_reduction_takes_the_set_time() {
    let dip = |release_ms| dip_ms(&Settings { auto_release: false, release_ms, ..Settings::default() }, 500);
    // exponential from a gain of 0.891 / 2.1 to -1 dB, also 0.891: ln((1 - 0.424) / (1 - 0.891)) = 1.66 time constants
    let [short, long] = [dip(20.0), dip(120.0)];
    println!("{short:.1} ms, {long:.1} ms");
    assert!(((long - short) / 100.0 - 1.66).abs() < 0.05, "{short} ms, {long} ms");
}

#[test]
fn styles_are_as_loud_as_they_say() {
    let audio = music(240_000, 48_000.0, 11);
    let level_db = |settings: Settings| {
        let [left, _] = limit(&Settings { gain_db: 14.0, ..settings }, 48_000.0, &audio);
        let db = 10.0 * (left.iter().map(|x| x * x).sum::<f64>() / left.len() as f64).log10();
        println!("{:?}, auto release {}: {db:.2} dB", settings.style, settings.auto_release);
        db
    };
    let styles = [Style::Safe, Style::Transparent, Style::Punchy, Style::Dense];
    let levels = styles.map(|style| level_db(Settings { style, ..Settings::default() }));
    assert!(levels.windows(2).all(|pair| pair[1] > pair[0] + 0.1), "{levels:?}");
    let plain = level_db(Settings { auto_release: false, ..Settings::default() });
    assert!(levels[1] > plain + 0.1, "auto release is louder at the same release time: {levels:?}, {plain}");
}

/// The figure that the style's documentation names: 4999 Hz at 0 dBFS, driven by 8 dB.
#[test]
fn the_soft_clips_aliases_are_as_documented() {
    for (rate_hz, limit_dbc) in [(44_100.0, -51.0), (48_000.0, -51.0), (96_000.0, -69.0)] {
        let settings = Settings { gain_db: 8.0, style: Style::SoftClip, ..Settings::default() };
        let second = rate_hz as usize;
        let tone = sine(2 * second, 4_999.0, rate_hz, 1.0);
        let [left, _] = limit(&settings, rate_hz, &[tone.clone(), tone]);
        let level = |hz: f64| amplitude(&left[second..2 * second], hz, rate_hz);
        // harmonics beyond Nyquist, folded
        let folded = (2..200).map(|k| 4_999.0 * f64::from(k)).filter(|hz| *hz > rate_hz / 2.0).map(|hz| {
            let around = hz % rate_hz;
            around.min(rate_hz - around)
        });
        let worst = folded.map(level).fold(0.0, f64::max);
        let worst_dbc = 20.0 * (worst / level(4_999.0)).log10();
        println!("{rate_hz} Hz: {worst_dbc:.1} dBc");
        assert!(worst_dbc <= limit_dbc, "{worst_dbc} dBc at {rate_hz} Hz");
    }
}

/// What is left of the output when in each Hann window of 20 ms the input, at the gain that fits best, is taken away; in dB.
fn residual_db(input: &[f64], output: &[f64]) -> f64 {
    let hann: Vec<f64> =
        (0..960).map(|n| 0.5 - 0.5 * (std::f64::consts::TAU * (f64::from(n) + 0.5) / 960.0).cos()).collect();
    let (mut left, mut whole) = (0.0, 0.0);
    for (x, y) in input.windows(960).zip(output.windows(960)).step_by(480) {
        let dot = |a: &[f64], b: &[f64]| hann.iter().zip(a).zip(b).map(|((w, a), b)| w * a * b).sum::<f64>();
        let (xx, xy, yy) = (dot(x, x), dot(x, y), dot(y, y));
        left += if xx > 1e-9 { yy - xy * xy / xx } else { 0.0 };
        whole += yy;
    }
    10.0 * (left / whole).log10()
}

#[test]
fn long_latency_distorts_less() {
    let audio = music(240_000, 48_000.0, 5);
    let measured = |latency| {
        let settings = Settings { gain_db: 14.0, latency, ..Settings::default() };
        let latency = prepared(&settings, 48_000.0).latency();
        let [left, _] = limit(&settings, 48_000.0, &audio);
        let residual = residual_db(&audio[0], &left[latency..]);
        println!("{latency:?}: {residual:.2} dB");
        residual
    };
    assert!(measured(LatencyMode::Long) < measured(LatencyMode::Default) - 1.0);
}

#[test]
fn eco_quality_stays_further_below_the_ceiling() {
    for (quality, margin_db) in [(Quality::Eco, 0.08), (Quality::Standard, 0.006), (Quality::High, 0.006)] {
        let tone = sine(96_000, 997.0, 48_000.0, 1.0);
        let settings = Settings { gain_db: 6.0, quality, ..Settings::default() };
        let [left, _] = limit(&settings, 48_000.0, &[tone.clone(), tone]);
        let peak_db = 20.0 * left[48_000..90_000].iter().fold(0.0, |peak: f64, x| peak.max(x.abs())).log10();
        assert!((peak_db + 1.0 + margin_db).abs() < 0.002, "{quality:?}: {peak_db} dB");
    }
}

/// Processes from `from` on, with these settings and this monitor.
fn run(limiter: &mut Limiter, audio: &mut Stereo, range: std::ops::Range<usize>) {
    let [left, right] = audio;
    for (left, right) in left[range.clone()].chunks_mut(100).zip(right[range].chunks_mut(100)) {
        limiter.process(&mut Block::new(left, right));
    }
}

#[test]
fn linked_channels_share_a_lane_and_nobody_hears_it() {
    let audio = music(60_000, 48_000.0, 6);
    let settings = |link| Settings { gain_db: 12.0, link_transients_percent: link, ..Settings::default() };
    // one of the two was unlinked for a moment: it runs both channels by themselves until nothing is left of that
    let outputs = [false, true].map(|unlinked| {
        let mut limiter = prepared(&settings(100.0), 48_000.0);
        let mut silence = [vec![0.0; 200], vec![0.0; 200]];
        run(&mut limiter, &mut silence, 0..100);
        if unlinked {
            limiter.set(&settings(99.0));
        }
        run(&mut limiter, &mut silence, 100..200);
        limiter.set(&settings(100.0));
        let mut output = audio.clone();
        run(&mut limiter, &mut output, 0..5_000);
        limiter.set(&settings(0.0));
        run(&mut limiter, &mut output, 5_000..10_000);
        limiter.set(&settings(100.0));
        run(&mut limiter, &mut output, 10_000..60_000);
        output
    });
    assert!(outputs[0] == outputs[1]);
}

/// The music through a limiter at 9 dB that is told at frame `at` what is heard.
fn heard(audio: &Stereo, changes: &[(usize, Monitor)]) -> Stereo {
    let mut settings = Settings { gain_db: 9.0, ..Settings::default() };
    let mut limiter = prepared(&settings, 48_000.0);
    let mut output = audio.clone();
    let mut at = 0;
    for (next, monitor) in changes {
        run(&mut limiter, &mut output, at..*next);
        settings.monitor = *monitor;
        limiter.set(&settings);
        at = *next;
    }
    run(&mut limiter, &mut output, at..audio[0].len());
    output
}

#[test]
fn unity_gain_is_the_output_less_the_gain_and_delta_what_was_taken_away() {
    let audio = music(30_000, 48_000.0, 7);
    let latency = prepared(&Settings::default(), 48_000.0).latency();
    let drive = 10f64.powf(9.0 / 20.0);
    let [output, unity, delta] =
        [Monitor::Off, Monitor::UnityGain, Monitor::Delta].map(|monitor| heard(&audio, &[(0, monitor)]));
    assert!(output == heard(&audio, &[]));
    let mut limited = 0.0_f64;
    for channel in 0..2 {
        for n in latency..30_000 {
            let driven = drive * audio[channel][n - latency];
            assert!((unity[channel][n] * drive - output[channel][n]).abs() < 1e-12, "sample {n}");
            assert!((output[channel][n] + delta[channel][n] - driven).abs() < 1e-12, "sample {n}");
            limited = limited.max(delta[channel][n].abs());
        }
    }
    assert!(limited > 0.1, "nothing was limited");
}

#[test]
fn what_is_heard_changes_in_a_straight_fade() {
    let audio = music(30_000, 48_000.0, 8);
    let latency = prepared(&Settings::default(), 48_000.0).latency();
    let all =
        [Monitor::Off, Monitor::UnityGain, Monitor::Delta].map(|monitor| heard(&audio, &[(0, monitor)]));
    let of = |monitor| match monitor {
        Monitor::Off => &all[0],
        Monitor::UnityGain => &all[1],
        Monitor::Delta => &all[2],
    };
    let changes = [
        (3_000, Monitor::UnityGain),
        (9_000, Monitor::Delta),
        (15_000, Monitor::Off),
        (21_000, Monitor::Delta),
    ];
    let output = heard(&audio, &changes);
    let mut from = Monitor::Off;
    for (index, (start, to)) in changes.iter().enumerate() {
        // from nothing it first listens for its latency
        let start = start + if from == Monitor::Off { latency } else { 0 };
        let end = changes.get(index + 1).map_or(30_000, |next| next.0);
        let ends = of(from)[0].iter().zip(&of(*to)[0]);
        for (n, (heard, (from, to))) in output[0].iter().zip(ends).enumerate().take(end).skip(start) {
            let part = ((n + 1 - start) as f64 / 960.0).min(1.0);
            assert!((heard - (from + part * (to - from))).abs() < 1e-9, "change {index}, sample {n}");
        }
        from = *to;
    }
}

#[test]
fn what_is_heard_survives_reset_and_prepare() {
    let audio = music(10_000, 48_000.0, 9);
    let mut limiter = prepared(&Settings::default(), 48_000.0);
    limiter.set(&Settings { monitor: Monitor::Delta, ..Settings::default() });
    let first = {
        let mut output = audio.clone();
        run(&mut limiter, &mut output, 0..10_000);
        output
    };
    limiter.reset();
    let mut again = audio.clone();
    run(&mut limiter, &mut again, 0..10_000);
    assert!(first == again);
    limiter.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: 512 });
    let mut again = audio.clone();
    run(&mut limiter, &mut again, 0..10_000);
    assert!(first == again);
}

/// Every combination of what bears on the promise.
fn modes() -> Vec<Settings> {
    let mut all = vec![];
    for latency in LatencyMode::ALL {
        for lookahead_ms in [0.5, 1.5, 3.0, 4.0, 8.0] {
            for style in Style::ALL {
                for quality in Quality::ALL {
                    all.push(Settings {
                        gain_db: 8.0,
                        latency: *latency,
                        lookahead_ms,
                        style: *style,
                        quality: *quality,
                        ..Settings::default()
                    });
                }
            }
        }
    }
    all
}

#[test]
fn the_promise_holds_in_every_mode() {
    let judge = Judge::new();
    // the signals that are hardest for a short look-ahead
    let set = torture(4_000, 1);
    let hard = ["alternating flips", "sinc signs", "bursts", "gated sine near Nyquist"];
    for (n, settings) in modes().iter().enumerate() {
        let signal = &set.iter().find(|(name, _)| *name == hard[n % hard.len()]).unwrap().1;
        let output = limit(settings, 44_100.0, &[signal.clone(), vec![0.0; 4_000]]);
        let over = overshoot_db(&judge, &output, settings.ceiling_db);
        assert!(over <= OVERSHOOT_DB, "{over} dB with {settings:?}");
    }
}

#[test]
#[ignore = "long: every mode, style and look-ahead at every rate"]
fn the_promise_holds_in_every_mode_at_every_rate() {
    let judge = Judge::new();
    let mut worst = f64::NEG_INFINITY;
    for rate_hz in RATES_HZ {
        for settings in modes() {
            let over = torture_overshoot_db(&judge, &settings, rate_hz, 6_000);
            assert!(over <= OVERSHOOT_DB, "{over} dB at {rate_hz} Hz with {settings:?}");
            worst = worst.max(over);
        }
    }
    println!("worst of all: {worst:+.4} dB");
}

fn random_settings(random: &mut Random, latency: LatencyMode, quality: Quality) -> Settings {
    let link_transients_percent = if random.below(2) == 0 { 100.0 } else { random.between(0.0, 100.0) };
    Settings {
        gain_db: random.between(0.0, 24.0),
        ceiling_db: random.between(-12.0, 0.0),
        margin_db: random.between(0.0, 1.0),
        release_ms: 2000f64.powf(random.between(0.0, 1.0)),
        auto_release: random.below(2) == 0,
        link_transients_percent,
        link_release_percent: random.between(0.0, 100.0),
        style: Style::ALL[random.below(Style::ALL.len())],
        lookahead_ms: random.between(0.5, 8.0),
        latency,
        quality,
        true_peak: true,
        ..Settings::default()
    }
}

/// The ceiling in force at each output sample, in dB and linear: the set one, moved by a straight line of 20 ms, delayed.
struct CeilingInForce {
    value: f64,
    target: f64,
    step: f64,
    left: u32,
    line: Vec<f64>,
}

impl CeilingInForce {
    fn new(ceiling_db: f64, latency: usize) -> Self {
        let value = 10f64.powf(ceiling_db / 20.0);
        Self { value, target: value, step: 0.0, left: 0, line: vec![value; latency] }
    }

    fn set(&mut self, ceiling_db: f64, rate_hz: f64) {
        self.target = 10f64.powf(ceiling_db / 20.0);
        self.left = (0.02 * rate_hz).round() as u32;
        self.step = (self.target - self.value) / f64::from(self.left);
    }

    fn advance(&mut self, frames: usize) {
        for _ in 0..frames {
            if self.left > 0 {
                self.left -= 1;
                self.value = if self.left == 0 { self.target } else { self.value + self.step };
            }
            self.line.push(self.value);
        }
    }
}

/// Random signals, blocks and automation of every parameter; greatest overshoot above the ceiling in force in dB.
fn automated_overshoot_db(judge: &Judge, seed: u64, frames: usize) -> f64 {
    let mut random = Random::new(seed);
    let rate_hz = [44_100.0, 48_000.0, 96_000.0, 192_000.0, 22_050.0][random.below(5)];
    let latency_mode = LatencyMode::ALL[random.below(3)];
    let quality = Quality::ALL[random.below(3)];
    let first = random_settings(&mut random, latency_mode, quality);
    let mut limiter = prepared(&first, rate_hz);
    let set = torture(frames, seed);
    let [mut left, mut right] = [0, 1].map(|_| {
        let mut signal = set[random.below(set.len())].1.clone();
        signal.resize(frames + limiter.latency() + 300, 0.0);
        signal
    });
    let mut in_force = CeilingInForce::new(first.ceiling_db - first.margin_db, limiter.latency());
    let mut at = 0;
    while at < left.len() {
        if at > 0 && random.below(4) == 0 {
            let next = random_settings(&mut random, latency_mode, quality);
            limiter.set(&next);
            in_force.set(next.ceiling_db - next.margin_db, rate_hz);
        }
        let end = (at + 1 + random.below(512)).min(left.len());
        limiter.process(&mut Block::new(&mut left[at..end], &mut right[at..end]));
        in_force.advance(end - at);
        at = end;
    }
    let ceiling = |n: usize| in_force.line[n.min(in_force.line.len() - 1)];
    20.0 * judge.worst(&left, ceiling).max(judge.worst(&right, ceiling)).log10()
}

#[test]
fn the_promise_holds_while_every_parameter_moves() {
    let judge = Judge::new();
    // 12, 77: a look-ahead that shrank faster than its gains left; 831: content above the band limit; 310: too short a look-ahead at low latency
    for (seed, frames) in (0..13).chain([77]).map(|seed| (seed, 8_000)).chain([(831, 12_000), (310, 12_000)])
    {
        let over = automated_overshoot_db(&judge, seed, frames);
        assert!(over <= OVERSHOOT_DB, "{over} dB with seed {seed}");
    }
}

#[test]
#[ignore = "long: a thousand random sessions"]
fn the_promise_holds_in_a_thousand_random_sessions() {
    let judge = Judge::new();
    let mut worst = f64::NEG_INFINITY;
    for seed in 0..1_000 {
        let over = automated_overshoot_db(&judge, seed, 12_000);
        println!("seed {seed}: {over:+.4} dB");
        assert!(over <= OVERSHOOT_DB, "{over} dB with seed {seed}");
        worst = worst.max(over);
    }
    println!("worst of all: {worst:+.4} dB");
}
