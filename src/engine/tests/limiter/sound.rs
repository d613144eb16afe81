//! What the limiter does to the sound: distortion, pace, loudness.

use crate::*;

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
            for frequency_hz in [30.0, 40.0] {
                let tone = sine(144_000, frequency_hz, rate_hz, 1.0);
                let [left, _] = limit(&settings, rate_hz, &[tone.clone(), tone]);
                let residual_db = thd_n_db(&seconds(&left), frequency_hz, rate_hz);
                println!("{style:?}, auto release {auto_release}: {frequency_hz} Hz {residual_db:.1} dB");
                assert!(residual_db <= -130.0, "{style:?}, {frequency_hz} Hz: {residual_db} dB");
            }

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
    let seen = (last - 500..audio.len()).filter(|n| quiet[*n].abs() > 0.01 && low(n)).count() as f64;
    // around its zeros the tone is too quiet to tell: it is above a tenth of its amplitude for this part of the time
    let part = 1.0 - 2.0 / std::f64::consts::PI * 0.1f64.asin();
    seen / part / 48.0
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
    assert!(dense < 11.0 && dense < punchy && punchy < transparent && transparent < safe);
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
