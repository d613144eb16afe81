//! The multiband compressor.

use std::f64::consts::TAU;

use garnish_engine::multiband::{Band, Bands, Channels, LookAhead, Multiband, Phase, Settings, curve};
use garnish_engine::units::{count, db_from_gain, db_from_power, gain_from_db, ms_from_samples, whole};
use garnish_studio::chart::{Axis, Chart, Line, colour};
use plotters::style::RGBColor;

use super::{RATE_HZ, impulse, response, through, through_stereo};

/// The sum of idle bands in each phase mode.
pub fn sums() -> Vec<Chart> {
    let lines =
        Phase::ALL.iter().zip(Phase::CHOICES).zip([colour::MASTER, colour::REFERENCE, colour::MORE[1]]);
    let lines = lines.map(|((phase, choice), colour)| {
        let settings = Settings { phase: *phase, ..Settings::default() };
        response(choice.label, colour, &through::<Multiband>(&settings, &impulse(32_768)))
    });
    vec![Chart {
        title: "Multiband: the sum of idle bands at 48 kHz, measured".to_owned(),
        x: Axis::frequency(),
        y: Axis::even("dB", -0.01..0.01),
        lines: lines.collect(),
    }]
}

/// Does nothing.
fn idle() -> Band {
    Band { ratio: 1.0, knee_db: 0.0, ..Band::default() }
}

/// Two bands split at 50 Hz, so that a tone above belongs to one of them.
fn one_band(band: Band) -> Settings {
    Settings {
        bands: Bands::Two,
        crossover_hz: [50.0, 2e4, 2e4, 2e4, 2e4],
        band: [band; 6],
        ..Settings::default()
    }
}

/// Static curves: a steady tone of each level through the running stage, and the formula.
pub fn curves() -> Vec<Chart> {
    let downward = |ratio, knee_db| Band { threshold_db: -30.0, ratio, knee_db, ..idle() };
    let range = |range_db| Band { range_db, ..downward(10.0, 6.0) };
    let upward = |upward_ratio| Band { upward_threshold_db: -30.0, upward_ratio, knee_db: 6.0, ..idle() };
    let expand = |expand_ratio| Band { expand_threshold_db: -30.0, expand_ratio, knee_db: 6.0, ..idle() };
    let all = Band { upward_ratio: 2.0, upward_threshold_db: -40.0, ..downward(4.0, 6.0) };
    let gate = Band { expand_ratio: 3.0, expand_threshold_db: -55.0, ..all };
    [
        (
            "threshold -30 dB, no knee",
            vec![("2:1", downward(2.0, 0.0)), ("4:1", downward(4.0, 0.0)), ("100:1", downward(100.0, 0.0))],
        ),
        (
            "threshold -30 dB, 4:1, by knee",
            vec![
                ("0 dB", downward(4.0, 0.0)),
                ("12 dB", downward(4.0, 12.0)),
                ("24 dB", downward(4.0, 24.0)),
            ],
        ),
        (
            "threshold -30 dB, 10:1, knee 6 dB, by range",
            vec![("6 dB", range(6.0)), ("12 dB", range(12.0)), ("60 dB", range(60.0))],
        ),
        (
            "upward and expansion below -30 dB, knee 6 dB",
            vec![("up 2:1", upward(2.0)), ("up 4:1", upward(4.0)), ("expand 2:1", expand(2.0))],
        ),
        (
            "4:1 above -30 dB, up 2:1 below -40 dB, expansion below -55 dB",
            vec![("compression", all), ("with expansion", gate)],
        ),
    ]
    .map(|(title, bands)| static_chart(title, &bands))
    .into()
}

const COLOURS: [RGBColor; 3] = [colour::MASTER, colour::REFERENCE, colour::MORE[0]];

fn static_chart(title: &str, bands: &[(&str, Band)]) -> Chart {
    let levels = || (-70..=0).map(f64::from);
    let mut lines = vec![Line::new("input = output", colour::HAIRLINE, levels().map(|x| (x, x)).collect())];
    let mut worst = 0.0_f64;
    for ((name, band), colour) in bands.iter().zip(COLOURS) {
        let points: Vec<_> =
            levels().map(|level_db| (level_db, level_db + settled_db(*band, level_db))).collect();
        let error = points.iter().map(|(x, y)| (y - x - curve(band, *x)).abs()).fold(0.0, f64::max);
        worst = worst.max(error);
        lines.push(Line::new(*name, colour, points));
    }
    Chart {
        title: format!("Multiband: {title} (measured, within {worst:.3} dB)"),
        x: Axis::even("input, dB", -70.0..0.0),
        y: Axis::even("output, dB", -95.0..25.0),
        lines,
    }
}

/// The gain that a steady tone of 2 kHz comes to, in dB: the projection of its last half second on it, over whole periods.
fn settled_db(band: Band, level_db: f64) -> f64 {
    let settings = one_band(Band { attack_ms: 0.05, release_ms: 150.0, ..band });
    let phase = |n: usize| TAU * 2_000.0 / RATE_HZ * count(n);
    // faded in over 100 ms, so that no onset is louder than the tone
    let fade = |n: usize| 0.5 - 0.5 * (0.5 * TAU * (count(n) / RATE_HZ * 10.0).min(1.0)).cos();
    let frames = whole(1.5 * RATE_HZ);
    let tone: Vec<_> = (0..frames).map(|n| gain_from_db(level_db) * fade(n) * phase(n).sin()).collect();
    let output = through::<Multiband>(&settings, &tone);
    let heard = || output.iter().enumerate().skip(whole(RATE_HZ));
    let [sin, cos] = [
        heard().map(|(n, y)| y * phase(n).sin()).sum::<f64>(),
        heard().map(|(n, y)| y * phase(n).cos()).sum::<f64>(),
    ];
    db_from_gain(sin.hypot(cos) * 4.0 / RATE_HZ) - level_db
}

/// A sine at a quarter of the sample rate whose samples all have magnitude 1: what a peak detector reads is its level.
fn quarter(n: usize) -> f64 {
    if n % 4 < 2 { 1.0 } else { -1.0 }
}

/// Level of such a tone in dB over one of its periods, which what is slower leaves alone.
fn level_of_quarter_db(signal: &[f64], n: usize) -> f64 {
    db_from_power(signal[n..n + 4].iter().map(|x| x * x).sum::<f64>() / 4.0)
}

/// What the gain does when the level rises and falls.
pub fn steps() -> Vec<Chart> {
    let times = |attack_ms, release_ms, auto_release| Band {
        threshold_db: -50.0,
        ratio: 2.0,
        attack_ms,
        release_ms,
        auto_release,
        ..idle()
    };
    let up = [
        ("1 ms", times(1.0, 50.0, false)),
        ("10 ms", times(10.0, 50.0, false)),
        ("30 ms", times(30.0, 50.0, false)),
    ];
    let down = [
        ("20 ms", times(5.0, 20.0, false)),
        ("100 ms", times(5.0, 100.0, false)),
        ("100 ms, automatic", times(5.0, 100.0, true)),
    ];
    let ahead = [("off", 0.0), ("5 ms", 5.0), ("20 ms", 20.0)]
        .map(|(name, look_ahead_ms)| (name, Band { look_ahead_ms, ..times(10.0, 100.0, false) }));
    [
        (
            "attack: a level that rises by 20 dB at 0 ms; 2:1, the line at 63 %",
            up,
            -10.0..110.0,
            (-30.0, -10.0),
        ),
        ("release: a level that falls by 20 dB at 0 ms, after 1 s", down, -50.0..550.0, (-10.0, -30.0)),
        ("look-ahead, attack 10 ms", ahead, -50.0..110.0, (-30.0, -10.0)),
    ]
    .map(|(title, bands, range, (before_db, after_db))| {
        let from = whole(RATE_HZ);
        let input: Vec<_> = (0..2 * from)
            .map(|n| gain_from_db(if n < from { before_db } else { after_db }) * quarter(n))
            .collect();
        let [first, last] = [before_db, after_db].map(|level_db| -0.5 * (level_db + 50.0));
        let goal = last + (first - last) * (-1.0_f64).exp();
        let mut lines =
            vec![Line::new("63 %", colour::HAIRLINE, vec![(range.start, goal), (range.end, goal)])];
        for ((name, band), colour) in bands.into_iter().zip(COLOURS) {
            let look_ahead = if title.starts_with("look") { LookAhead::TwentyMs } else { LookAhead::Off };
            let output = through::<Multiband>(&Settings { look_ahead, ..one_band(band) }, &input);
            let points = (0..input.len() - 3)
                .map(|n| {
                    let ms = if n < from {
                        -ms_from_samples(from - n, RATE_HZ)
                    } else {
                        ms_from_samples(n - from, RATE_HZ)
                    };
                    (ms, level_of_quarter_db(&output, n) - level_of_quarter_db(&input, n))
                })
                .filter(|(ms, _)| range.contains(ms));
            lines.push(Line::new(name, colour, points.collect()));
        }
        Chart {
            title: format!("Multiband, {title}"),
            x: Axis::even("ms", range),
            y: Axis::even("gain, dB", -22.0..-5.0),
            lines,
        }
    })
    .into()
}

/// One band on mid and side between bands on left and right: what a tone in the left channel, too weak to move a gain, meets.
pub fn mixed() -> Vec<Chart> {
    Phase::ALL
        .iter()
        .zip(Phase::CHOICES)
        .map(|(phase, choice)| {
            let side = Band {
                channels: Channels::MidSide,
                threshold_db: -40.0,
                ratio: 4.0,
                link_percent: 0.0,
                ..idle()
            };
            let mut settings = Settings { phase: *phase, band: [idle(); 6], ..Settings::default() };
            settings.band[1] = Band { attack_ms: 0.05, release_ms: 5_000.0, ..side };
            // a loud side at 350 Hz holds the gain while a pulse passes
            let frames = 1 << 15;
            let loud: Vec<_> =
                (0..2 * frames).map(|n| 0.2 * (TAU * 350.0 * count(n) / RATE_HZ).sin()).collect();
            let pulse = |height: f64| {
                let mut x = vec![0.0; 2 * frames];
                x[frames] = height;
                x
            };
            let sum = |a: &[f64], b: &[f64], sign: f64| -> Vec<f64> {
                a.iter().zip(b).map(|(a, b)| a + sign * b).collect()
            };
            let plain =
                through_stereo::<Multiband>(&settings, [&loud, &sum(&vec![0.0; loud.len()], &loud, -1.0)]);
            let lines = [("mid", 1.0, colour::MASTER), ("side", -1.0, colour::REDUCTION)].map(
                |(name, sign, colour)| {
                    let height = 1e-5;
                    let left = sum(&loud, &pulse(height), 1.0);
                    let right = sum(&pulse(sign * height), &loud, -1.0);
                    let heard = through_stereo::<Multiband>(&settings, [&left, &right]);
                    let changed = [0, 1].map(|i| sum(&heard[i], &plain[i], -1.0));
                    let coded = sum(&changed[0], &changed[1], sign);
                    // its latency is removed, but linear phase begins before the pulse
                    let h: Vec<_> = coded[frames / 2..].iter().map(|x| 0.5 * x / height).collect();
                    response(name, colour, &h)
                },
            );
            Chart {
                title: format!(
                    "Multiband, {}: the second band mid/side, its side loud; gain of mid and side",
                    choice.label
                ),
                x: Axis::frequency(),
                y: Axis::even("dB", -24.0..6.0),
                lines: lines.into(),
            }
        })
        .collect()
}
