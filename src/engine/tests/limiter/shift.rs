//! The sound does not depend on where processing began.

use crate::*;

/// Every style, latency mode, quality, linking and kind of peak, with release settings that vary.
fn every_mode() -> Vec<Settings> {
    let mut all = vec![];
    for style in Style::ALL {
        for latency in LatencyMode::ALL {
            for quality in Quality::ALL {
                for link in [100.0, 40.0] {
                    for true_peak in [true, false] {
                        all.push(Settings {
                            gain_db: 12.0,
                            style: *style,
                            latency: *latency,
                            quality: *quality,
                            link_transients_percent: link,
                            link_release_percent: 100.0 - link / 2.0,
                            true_peak,
                            auto_release: all.len() % 3 > 0,
                            release_ms: [40.0, 5.0, 300.0, 1.0][all.len() % 4],
                            lookahead_ms: [8.0, 1.5, 0.5][all.len() % 3],
                            ..Settings::default()
                        });
                    }
                }
            }
        }
    }
    all
}

/// Music whose first part has content near Nyquist, so that the look-ahead changes.
fn programme(frames: usize) -> Stereo {
    let [mut left, right] = music(frames, 48_000.0, 21);
    for (n, x) in left.iter_mut().enumerate().take(frames / 4) {
        *x += if n % 2 == 0 { 0.1 } else { -0.1 };
    }
    [left, right]
}

#[test]
fn zeros_in_front_change_nothing_but_the_time() {
    let audio = programme(12_000);
    for (turn, settings) in every_mode().into_iter().enumerate() {
        let plain = limit(&settings, 48_000.0, &audio);
        // every style, mode, quality and linking meets each of these
        for shift in [39, [1, 20, 64, 1_000, 3][turn % 5]] {
            let shifted = audio.clone().map(|channel| [vec![0.0; shift], channel].concat());
            let output = limit(&settings, 48_000.0, &shifted);
            for (plain, output) in plain.iter().zip(&output) {
                assert!(output[..shift].iter().all(|x| *x == 0.0));
                let first = plain.iter().zip(&output[shift..]).position(|(a, b)| a != b);
                assert_eq!(first, None, "the first difference after {shift} zeros, {settings:?}");
            }
        }
    }
}

#[test]
fn what_came_long_ago_is_forgotten() {
    let audio = programme(90_000);
    for settings in every_mode().into_iter().step_by(7) {
        let plain = limit(&settings, 48_000.0, &audio);
        for dropped in [1, 39, 20_000] {
            let output =
                limit(&settings, 48_000.0, &audio.clone().map(|channel| channel[dropped..].to_vec()));
            for (plain, output) in plain.iter().zip(&output) {
                let last = plain[dropped..].iter().zip(output).rposition(|(a, b)| a != b).unwrap_or(0);
                assert!(
                    last + dropped < 60_000,
                    "{last} still differs without the first {dropped}, {settings:?}"
                );
            }
        }
    }
}
